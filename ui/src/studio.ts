// Commands, state and events of the studio, made from its Rust types. Do not change by hand:
// `VITRINE_WRITE=1 cargo test -p vitrine-studio --test types` writes this file.

/**
 * Something asked, with its caller's name for it.
 */
export type Command = { id: string, } & ({ "do": "load", show: number, }
  | { "do": "arm", what: Armable, }
  | { "do": "go-live", rehearsal: boolean, }
  | { "do": "end-show" }
  | { "do": "resume" }
  | { "do": "forget" }
  | { "do": "cue", item: ItemName, scene?: SceneName, }
  | { "do": "next" }
  | { "do": "prepare", item: ItemName, scene?: SceneName, }
  | { "do": "take" }
  | { "do": "undo-cue" }
  | { "do": "clear" }
  | { "do": "scene", scene: SceneName, }
  | { "do": "show" } & ShownElement
  | { "do": "hide", element: ElementName, }
  | { "do": "view", scene: SceneName, x: number, y: number, zoom: number, }
  | { "do": "set-price", item?: ItemName, price: string, "compare-at"?: string, confirmed: boolean, seconds?: number, }
  | { "do": "set-stock", item?: ItemName, variant?: string, stock: number, }
  | { "do": "set-promo", item?: ItemName, code?: string, }
  | { "do": "start-lot", seconds?: number, "counter-bid"?: number, "sudden-death": boolean, }
  | { "do": "bid", bidder: string, amount: string, }
  | { "do": "pre-bid", bidder: string, amount: string, }
  | { "do": "undo-bid" }
  | { "do": "sudden-death" }
  | { "do": "next-lot" }
  | { "do": "start-flash", item?: ItemName, price: string, seconds: number, quantity?: number, }
  | { "do": "end-flash" }
  | { "do": "open-giveaway", prize: string, keyword: string, seconds?: number, }
  | { "do": "enter", who: string, }
  | { "do": "draw" }
  | { "do": "close-giveaway" }
  | { "do": "comment", text: string, from: string, platform: string, }
  | { "do": "claim" } & TypedClaim
  | { "do": "review", entry: string, accept?: TypedClaim, }
  | { "do": "confirm-claim", claim: string, }
  | { "do": "mark-sold", claim: string, }
  | { "do": "cancel-claim", claim: string, }
  | { "do": "undo-claim", claim: string, }
  | { "do": "panic" }
  | { "do": "end-panic" }
  | { "do": "mute", on: boolean, }
  | { "do": "lock", on: boolean, }
  | { "do": "retry", destination: string, });

/**
 * Everything that can be asked. What each needs and refuses is said at each; a refusal changes nothing.
 */
export type Action = { "do": "load", show: number, }
  | { "do": "arm", what: Armable, }
  | { "do": "go-live", rehearsal: boolean, }
  | { "do": "end-show" }
  | { "do": "resume" }
  | { "do": "forget" }
  | { "do": "cue", item: ItemName, scene?: SceneName, }
  | { "do": "next" }
  | { "do": "prepare", item: ItemName, scene?: SceneName, }
  | { "do": "take" }
  | { "do": "undo-cue" }
  | { "do": "clear" }
  | { "do": "scene", scene: SceneName, }
  | { "do": "show" } & ShownElement
  | { "do": "hide", element: ElementName, }
  | { "do": "view", scene: SceneName, x: number, y: number, zoom: number, }
  | { "do": "set-price", item?: ItemName, price: string, "compare-at"?: string, confirmed: boolean, seconds?: number, }
  | { "do": "set-stock", item?: ItemName, variant?: string, stock: number, }
  | { "do": "set-promo", item?: ItemName, code?: string, }
  | { "do": "start-lot", seconds?: number, "counter-bid"?: number, "sudden-death": boolean, }
  | { "do": "bid", bidder: string, amount: string, }
  | { "do": "pre-bid", bidder: string, amount: string, }
  | { "do": "undo-bid" }
  | { "do": "sudden-death" }
  | { "do": "next-lot" }
  | { "do": "start-flash", item?: ItemName, price: string, seconds: number, quantity?: number, }
  | { "do": "end-flash" }
  | { "do": "open-giveaway", prize: string, keyword: string, seconds?: number, }
  | { "do": "enter", who: string, }
  | { "do": "draw" }
  | { "do": "close-giveaway" }
  | { "do": "comment", text: string, from: string, platform: string, }
  | { "do": "claim" } & TypedClaim
  | { "do": "review", entry: string, accept?: TypedClaim, }
  | { "do": "confirm-claim", claim: string, }
  | { "do": "mark-sold", claim: string, }
  | { "do": "cancel-claim", claim: string, }
  | { "do": "undo-claim", claim: string, }
  | { "do": "panic" }
  | { "do": "end-panic" }
  | { "do": "mute", on: boolean, }
  | { "do": "lock", on: boolean, }
  | { "do": "retry", destination: string, };

/**
 * An item of the show: its catalogue number, its claim code (`"A1"`), or its place from 1 (`"#3"`).
 */
export type ItemName = number | string;

/**
 * What must be armed before it is done: held for 0.6 s, and done within 10 s.
 */
export type Armable = "go-live" | "end-show" | "end-panic" | "forget";

/**
 * An element a seller shows and hides by hand.
 */
export type ElementName = "card" | "banner" | "promo-code" | "qr" | "countdown" | "lower-third" | "question" | "ticker" | "logo" | "goal" | "bids" | "giveaway";

/**
 * An element with what it says.
 */
export type ShownElement = { "element": "card" }
  | { "element": "banner" }
  | { "element": "promo-code" }
  | { "element": "qr" }
  | { "element": "countdown", seconds: number, }
  | { "element": "lower-third" } & LowerThird
  | { "element": "question" } & Question
  | { "element": "ticker", messages: Array<string>, }
  | { "element": "logo" }
  | { "element": "goal" } & Goal
  | { "element": "bids" }
  | { "element": "giveaway" };

/**
 * A person's wish to buy, typed in.
 */
export type TypedClaim = { item?: ItemName, variant?: string, quantity: number, buyer: string, platform: string, };

/**
 * A scene, named by what it is for. How it is laid out is each canvas's own ([`crate::scenes`]).
 */
export type SceneName = "host" | "product" | "split" | "close-up" | "starting-soon" | "break" | "ending" | "slate";

/**
 * Name and role of whoever speaks.
 */
export type LowerThird = { name: string, role: string, };

/**
 * A question from a viewer.
 */
export type Question = { text: string, from: string, };

/**
 * Something all viewers work towards.
 */
export type Goal = { label: string, reached: number, target: number, };

/**
 * Where a lot is.
 */
export type LotStage = "ready" | "running" | "sold" | "unsold";

/**
 * Something happened, and when.
 */
export type Told = { at_ms: number, command?: string, } & ({ "event": "loaded", title: string, items: number, }
  | { "event": "went-live", rehearsal: boolean, }
  | { "event": "ended" }
  | { "event": "resumed", lost_ms: number, }
  | { "event": "armed", what: Armable, }
  | { "event": "cued", item: number, title: string, }
  | { "event": "prepared", item: number, }
  | { "event": "cue-undone" }
  | { "event": "cleared" }
  | { "event": "scene-changed", scene: SceneName, }
  | { "event": "element", element: ElementName, shown: boolean, }
  | { "event": "price-changed", item: number, before: string | null, now: string | null, ended: boolean, }
  | { "event": "stock-changed", item: number, stock: number, }
  | { "event": "promo-changed", item: number, code: string | null, }
  | { "event": "sold-out", item: number, }
  | { "event": "catalogue-changed" }
  | { "event": "lot-ready", item: number, lot: number, }
  | { "event": "lot-started", item: number, lot: number, }
  | { "event": "bid", bidder: string, amount: string, extended: boolean, }
  | { "event": "bid-undone" }
  | { "event": "sudden-death" }
  | { "event": "lot-over", item: number, lot: number, winner: string | null, price: string | null, }
  | { "event": "flash-started", item: number, price: string, }
  | { "event": "flash-ended", item: number, reason: string, }
  | { "event": "giveaway-opened", fingerprint: string, }
  | { "event": "entered", entries: number, }
  | { "event": "drawn", winner: string, seed: string, entries: number, }
  | { "event": "giveaway-closed" }
  | { "event": "claimed", claim: string, item: number, quantity: number, buyer: string, waitlisted: boolean, }
  | { "event": "to-review", entry: string, why: string, }
  | { "event": "reviewed", entry: string, accepted: boolean, }
  | { "event": "claim-changed", claim: string, state: string, }
  | { "event": "panic", on: boolean, }
  | { "event": "muted", on: boolean, }
  | { "event": "locked", on: boolean, }
  | { "event": "engine", text: string, }
  | { "event": "fault", text: string, });

/**
 * What happened. Amounts are decimal; `item` is a number of the catalogue.
 */
export type StudioEvent = { "event": "loaded", title: string, items: number, }
  | { "event": "went-live", rehearsal: boolean, }
  | { "event": "ended" }
  | { "event": "resumed", lost_ms: number, }
  | { "event": "armed", what: Armable, }
  | { "event": "cued", item: number, title: string, }
  | { "event": "prepared", item: number, }
  | { "event": "cue-undone" }
  | { "event": "cleared" }
  | { "event": "scene-changed", scene: SceneName, }
  | { "event": "element", element: ElementName, shown: boolean, }
  | { "event": "price-changed", item: number, before: string | null, now: string | null, ended: boolean, }
  | { "event": "stock-changed", item: number, stock: number, }
  | { "event": "promo-changed", item: number, code: string | null, }
  | { "event": "sold-out", item: number, }
  | { "event": "catalogue-changed" }
  | { "event": "lot-ready", item: number, lot: number, }
  | { "event": "lot-started", item: number, lot: number, }
  | { "event": "bid", bidder: string, amount: string, extended: boolean, }
  | { "event": "bid-undone" }
  | { "event": "sudden-death" }
  | { "event": "lot-over", item: number, lot: number, winner: string | null, price: string | null, }
  | { "event": "flash-started", item: number, price: string, }
  | { "event": "flash-ended", item: number, reason: string, }
  | { "event": "giveaway-opened", fingerprint: string, }
  | { "event": "entered", entries: number, }
  | { "event": "drawn", winner: string, seed: string, entries: number, }
  | { "event": "giveaway-closed" }
  | { "event": "claimed", claim: string, item: number, quantity: number, buyer: string, waitlisted: boolean, }
  | { "event": "to-review", entry: string, why: string, }
  | { "event": "reviewed", entry: string, accepted: boolean, }
  | { "event": "claim-changed", claim: string, state: string, }
  | { "event": "panic", on: boolean, }
  | { "event": "muted", on: boolean, }
  | { "event": "locked", on: boolean, }
  | { "event": "engine", text: string, }
  | { "event": "fault", text: string, };

/**
 * Everything a caller shows.
 */
export type State = { revision: number, phase: Phase, at_ms: number, show: number | null, title: string, items: Array<ItemState>, air: AirState, next: NextState | null, lot: LotState | null, flash: FlashState | null, giveaway: GiveawayState | null, review: Array<ReviewState>, pace: PaceReport | null, safety: SafetyState, destinations: Array<DestinationState>, resume: ResumeOffer | null, lost: LostState, };

/**
 * Where a show is in its life.
 */
export type Phase = "empty" | "ready" | "rehearsal" | "live" | "ended";

/**
 * An item of the run of show.
 */
export type ItemState = { id: number, code: string | null, kind: string, title: string, price: string | null, compare_at: string | null, promo: string | null, free: number | null, claimed: number, waitlisted: number, on_air: boolean, shown: boolean, };

/**
 * What is on air.
 */
export type AirState = { scene: SceneName, item: number | null, elements: Array<ElementName>, countdown_ms: number | null, lower_third: LowerThird | null, question: Question | null, goal: Goal | null, ticker: Array<string>, undo: number, };

/**
 * What is prepared.
 */
export type NextState = { item: number, scene: SceneName, };

/**
 * A lot.
 */
export type LotState = { number: number, of: number, stage: LotStage, price: string, next_bid: string, leader: string | null, left_ms: number | null, sudden_death: boolean, bids: number, };

/**
 * A flash sale.
 */
export type FlashState = { item: number, price: string, left_ms: number, left: number | null, };

/**
 * A giveaway.
 */
export type GiveawayState = { prize: string, keyword: string, entries: number, left_ms: number | null, fingerprint: string, seed: string | null, winner: string | null, };

/**
 * A comment that waits.
 */
export type ReviewState = { entry: string, text: string, from: string, platform: string, why: string, item: number | null, quantity: number, };

/**
 * Locks and switches.
 */
export type SafetyState = { panic: boolean, muted: boolean, locked: boolean, armed: ArmedState | null, };

/**
 * Something armed.
 */
export type ArmedState = { what: Armable, left_ms: number, };

/**
 * A destination.
 */
export type DestinationState = { name: string, canvas: string, state: string, text: string, dropped: number, };

/**
 * A show that was interrupted.
 */
export type ResumeOffer = { show: number, title: string, lost_ms: number, at_ms: number, item: number | null, rehearsal: boolean, };

/**
 * Pictures that did not make it.
 */
export type LostState = { lagged: number, skipped: number, dropped: number, };

/**
 * A show's time at a moment. Milliseconds of show time, none below zero.
 */
export type PaceReport = { items: Array<ItemPace>, elapsed_ms: number, between_ms: number, slot_ms: number, left_ms: number, rest_ms: number, projected_end_ms: number, over_run_ms: number, spare_ms: number, current: number | null, current_may_take_ms: number | null, advice: Advice | null, };

/**
 * An item's time, planned against actual. Milliseconds, none below zero.
 */
export type ItemPace = { id: number, stage: PaceStage, planned_ms: number, actual_ms: number, over_ms: number, rest_ms: number, };

/**
 * Where an item is in the show.
 */
export type PaceStage = "to-come" | "on-air" | "shown" | "dropped";

/**
 * What makes the show end in its slot.
 */
export type Advice = { shorten: Array<Shorter>, percent: number, drop: number[], still_over_ms: number, };

/**
 * An item that should be shorter than planned.
 */
export type Shorter = { id: number, length_ms: number, };

/**
 * Why a claim is not sure.
 */
export type Why = "question" | "negated" | "doubt" | "link" | "price" | "several-codes" | "unknown-code" | "no-code" | "which-variant" | "unknown-variant" | "several-variants" | "many-pieces" | "no-pieces" | "stray-number" | "only-named" | "repeated" | "misspelt" | "other-words";
