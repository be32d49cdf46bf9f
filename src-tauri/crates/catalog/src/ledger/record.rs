//! Adding events: what a claim may become, who moves up, what can be taken back.

use super::look::{UP, Wanted, taken};
use super::{Claim, ClaimState, EventKind, LedgerEvent, NewClaim, REHEARSAL, Stock, fold, pieces};
use crate::edit::Edit;
use crate::error::CatalogError;
use crate::money::Money;
use crate::product::VariantId;
use crate::show::ShowId;

impl Edit {
    /// Records that somebody wants an item: claimed if there is enough and nobody waits, else waitlisted. Gives
    /// the claim; a name told before gives the claim as it stands and changes nothing.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], or [`Invalid`](CatalogError::Invalid): the show is over, nothing can be
    /// claimed in a talk, the variant is not one of the item's, or must be named.
    pub async fn claim(&mut self, new: &NewClaim) -> Result<Claim, CatalogError> {
        if let Some(known) =
            self.known(&new.event_id, &[EventKind::Claimed, EventKind::Waitlisted]).await?
        {
            return self.claim_of(&known.claim).await;
        }
        let wanted = self.wanted(new).await?;
        // Stock that was added since lets those who waited go first.
        let stock = self.move_up(wanted.variant, &new.event_id).await?;
        let enough = stock.has(new.quantity) && stock.waitlisted == 0;
        let kind = if enough { EventKind::Claimed } else { EventKind::Waitlisted };
        self.begin_claim(new, kind, &wanted, wanted.price).await
    }

    /// Records a sale that was no claim before, as at the end of an auction, with its price for one piece in
    /// minor units (`None`: the item's).
    ///
    /// # Errors
    /// As for [`claim`](Self::claim), and if there are not enough pieces.
    pub async fn sale(
        &mut self,
        new: &NewClaim,
        price: Option<i64>,
    ) -> Result<Claim, CatalogError> {
        if let Some(known) = self.known(&new.event_id, &[EventKind::Sold]).await? {
            return self.claim_of(&known.claim).await;
        }
        let wanted = self.wanted(new).await?;
        if !pieces::stock(self.connection(), wanted.variant).await?.has(new.quantity) {
            return Err(CatalogError::Invalid(
                "there are not enough pieces for this sale; correct the stock, or cancel a claim first".to_owned(),
            ));
        }
        let price = self.price(price, new.item).await?.or(wanted.price);
        self.begin_claim(new, EventKind::Sold, &wanted, price).await
    }

    /// Records the seller's yes to a claim.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], or [`Invalid`](CatalogError::Invalid) if the claim does not stand at
    /// *claimed*, or the stock was lowered meanwhile.
    pub async fn confirm(&mut self, event_id: &str, claim: &str) -> Result<Claim, CatalogError> {
        self.go_on(event_id, claim, EventKind::Confirmed, &[ClaimState::Claimed], None).await
    }

    /// Records that a claim is paid, with the price of one piece in minor units (`None`: as claimed).
    ///
    /// # Errors
    /// As for [`confirm`](Self::confirm); from *claimed* or *confirmed*.
    pub async fn sold(
        &mut self,
        event_id: &str,
        claim: &str,
        price: Option<i64>,
    ) -> Result<Claim, CatalogError> {
        let from = [ClaimState::Claimed, ClaimState::Confirmed];
        self.go_on(event_id, claim, EventKind::Sold, &from, price).await
    }

    /// Records that a claim is given up or was sent back; the first who waits moves up.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], or [`Invalid`](CatalogError::Invalid) if it was cancelled already.
    pub async fn cancel(&mut self, event_id: &str, claim: &str) -> Result<Claim, CatalogError> {
        use ClaimState::{Claimed, Confirmed, Sold, Waitlisted};
        let from = [Claimed, Waitlisted, Confirmed, Sold];
        self.go_on(event_id, claim, EventKind::Cancelled, &from, None).await
    }

    async fn go_on(
        &mut self,
        event_id: &str,
        claim: &str,
        kind: EventKind,
        from: &[ClaimState],
        price: Option<i64>,
    ) -> Result<Claim, CatalogError> {
        if let Some(known) = self.known(event_id, &[kind]).await? {
            if known.claim != claim {
                return Err(taken(event_id));
            }
            return self.claim_of(claim).await;
        }
        let now = self.claim_of(claim).await?;
        self.open_show(now.show).await?;
        if !from.contains(&now.state) {
            let text = format!(
                "the claim is {}, so it cannot become {}",
                state_name(now.state),
                kind.name()
            );
            return Err(CatalogError::Invalid(text));
        }
        let takes = matches!(kind, EventKind::Confirmed | EventKind::Sold)
            && now.state == ClaimState::Claimed;
        if takes && let Some(variant) = now.variant {
            let stock = pieces::stock(self.connection(), variant).await?;
            if stock.counted.is_some_and(|n| stock.taken + now.quantity > n) {
                return Err(CatalogError::Invalid(
                    "the stock was lowered and there are not enough pieces any more; correct it, or cancel the claim".to_owned(),
                ));
            }
        }
        let price = match kind {
            EventKind::Sold => self.price(price, now.item).await?.or(now.price),
            _ => now.price,
        };
        self.append(event_id, kind, &now, price, None).await?;
        if let (EventKind::Cancelled, Some(variant)) = (kind, now.variant) {
            self.move_up(variant, event_id).await?;
        }
        self.claim_of(claim).await
    }

    /// Takes the last event of a claim back, with what followed from it by itself: who moved up goes back to
    /// their place in the line, unless the seller has said yes since.
    ///
    /// # Errors
    /// [`CatalogError::Missing`], or [`Invalid`](CatalogError::Invalid): it is not the claim's last event, was
    /// taken back already, or the pieces it held were given on.
    pub async fn undo_event(
        &mut self,
        event_id: &str,
        target: &str,
    ) -> Result<Claim, CatalogError> {
        let invalid = |text: &str| Err(CatalogError::Invalid(text.to_owned()));
        let event = self
            .event(target)
            .await?
            .ok_or_else(|| CatalogError::Missing { kind: "ledger event", id: target.to_owned() })?;
        if let Some(known) = self.known(event_id, &[EventKind::Undone]).await? {
            if known.undoes != Some(event.id) {
                return Err(taken(event_id));
            }
            return self.claim_of(&event.claim).await;
        }
        let now = self.claim_of(&event.claim).await?;
        self.open_show(now.show).await?;
        if event.kind == EventKind::Undone {
            return invalid("taking back cannot be taken back; record it anew");
        }
        if !now.events.iter().any(|e| e == target) {
            return invalid("this was taken back already");
        }
        if now.events.last().is_some_and(|last| last != target) {
            return invalid("the claim has gone on since; take its last event back first");
        }
        if target.contains(UP) {
            return invalid("this claim moved up by itself; cancel it instead");
        }
        let Some(variant) = now.variant else {
            return Err(CatalogError::Internal("a claim without a variant".to_owned()));
        };
        let mut events = pieces::events(self.connection(), variant).await?;
        let counted = pieces::counted(self.connection(), variant).await?;
        // Only cancelling frees pieces that others then got.
        let caused = format!("{target}{UP}");
        let followed: Vec<LedgerEvent> = if event.kind == EventKind::Cancelled {
            let claims = fold(&events);
            let is_last =
                |e: &LedgerEvent| claims.iter().any(|c| c.events.last() == Some(&e.event_id));
            let moved = |e: &&LedgerEvent| e.event_id.starts_with(&caused) && is_last(e);
            events.iter().rev().filter(moved).cloned().collect()
        } else {
            Vec::new()
        };
        for e in followed.iter().chain([&event]) {
            events.push(LedgerEvent { kind: EventKind::Undone, undoes: Some(e.id), ..e.clone() });
        }
        let stock = Stock::of(counted, &fold(&events));
        let returns = event.kind == EventKind::Cancelled;
        if returns && stock.counted.is_some_and(|n| stock.taken + stock.claimed > n) {
            let after = fold(&events);
            let holds = |c: &Claim| c.id == now.id && c.state != ClaimState::Waitlisted;
            if after.iter().any(holds) {
                return invalid(
                    "its pieces were given to the next in line meanwhile; cancel that claim first",
                );
            }
        }
        for (n, e) in followed.iter().enumerate() {
            let claim = self.claim_of(&e.claim).await?;
            self.append(&format!("{event_id}{UP}{n}"), EventKind::Undone, &claim, None, Some(e.id))
                .await?;
        }
        self.append(event_id, EventKind::Undone, &now, None, Some(event.id)).await?;
        self.move_up(variant, &format!("{event_id}/then")).await?;
        self.claim_of(&event.claim).await
    }

    /// Takes back what was claimed in a rehearsal.
    pub(crate) async fn leave_rehearsal(&mut self, show: ShowId) -> Result<(), CatalogError> {
        for claim in self.claims_in(show).await? {
            if claim.platform != REHEARSAL {
                continue;
            }
            for name in claim.events.iter().rev() {
                let Some(event) = self.event(name).await? else { continue };
                let over = format!("{name}/rehearsed");
                self.append(&over, EventKind::Undone, &claim, None, Some(event.id)).await?;
            }
        }
        Ok(())
    }

    /// Takes what a show confirmed and sold off the catalogue's stock, as the show is over.
    pub(crate) async fn settle(&mut self, show: ShowId) -> Result<(), CatalogError> {
        for claim in self.claims_in(show).await? {
            let gone = matches!(claim.state, ClaimState::Confirmed | ClaimState::Sold);
            let (true, Some(variant)) = (gone, claim.variant) else { continue };
            sqlx::query!(
                "UPDATE variant SET stock = max(stock - ?, 0) WHERE id = ? AND stock IS NOT NULL",
                claim.quantity,
                variant.0
            )
            .execute(self.connection())
            .await?;
        }
        Ok(())
    }

    /// Those who wait for a variant move up while there is enough for the first of them. Gives what is there then.
    async fn move_up(&mut self, variant: VariantId, cause: &str) -> Result<Stock, CatalogError> {
        let mut stock = pieces::stock(self.connection(), variant).await?;
        if stock.waitlisted == 0 || !stock.has(1) {
            return Ok(stock);
        }
        let line = pieces::line(self.connection(), variant).await?;
        for (n, first) in line.iter().enumerate() {
            if !stock.has(first.quantity) {
                break;
            }
            self.append(&format!("{cause}{UP}{n}"), EventKind::Claimed, first, first.price, None)
                .await?;
            stock.claimed += first.quantity;
            stock.waitlisted -= first.quantity;
        }
        Ok(stock)
    }

    async fn begin_claim(
        &mut self,
        new: &NewClaim,
        kind: EventKind,
        wanted: &Wanted,
        price: Option<Money>,
    ) -> Result<Claim, CatalogError> {
        let platform = if wanted.rehearsal { REHEARSAL } else { new.platform.as_str() };
        let claim = Claim {
            id: new.event_id.clone(),
            show: new.show,
            item: new.item,
            variant: Some(wanted.variant),
            quantity: new.quantity,
            state: ClaimState::Void,
            price,
            buyer: new.buyer.chars().take(200).collect(),
            platform: platform.chars().take(50).collect(),
            text: new.text.chars().take(2000).collect(),
            at: self.at(),
            events: Vec::new(),
            order: 0,
        };
        self.append(&new.event_id, kind, &claim, price, None).await?;
        self.claim_of(&new.event_id).await
    }

    async fn append(
        &mut self,
        event_id: &str,
        kind: EventKind,
        claim: &Claim,
        price: Option<Money>,
        undoes: Option<i64>,
    ) -> Result<(), CatalogError> {
        let (at, kind) = (self.at(), kind.name());
        let (variant, minor) = (claim.variant.map(|v| v.0), price.map(|p| p.minor));
        let code = price.map(|p| p.currency.code());
        sqlx::query!(
            "INSERT INTO ledger (event_id, at, kind, claim, show_id, item_id, variant_id, quantity, price, currency, buyer, platform, text, undoes)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            event_id, at, kind, claim.id, claim.show.0, claim.item.0, variant, claim.quantity, minor, code,
            claim.buyer, claim.platform, claim.text, undoes
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

const fn state_name(state: ClaimState) -> &'static str {
    match state {
        ClaimState::Claimed => "claimed",
        ClaimState::Waitlisted => "on the waitlist",
        ClaimState::Confirmed => "confirmed already",
        ClaimState::Sold => "sold already",
        ClaimState::Cancelled => "cancelled",
        ClaimState::Void => "taken back",
    }
}
