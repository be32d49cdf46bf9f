//! From samples to the table and its JSON.

use serde_json::{Value, json};

use super::rows::{Row, Target};

/// The samples of one row.
#[derive(Debug, Default, Clone)]
pub struct Samples {
    /// The peer's figures.
    pub peer: Vec<f64>,
    /// Vitrine's figures.
    pub ours: Vec<f64>,
    /// Why a side gave none.
    pub errors: Vec<String>,
}

/// The middle value; of two middle ones their mean.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

impl Samples {
    /// Ours to the peer's, by their medians.
    fn ratio(&self) -> Option<f64> {
        Some(median(&self.ours)? / median(&self.peer).filter(|peer| *peer > 0.0)?)
    }

    /// Whether the target is met; `None` without figures.
    fn met(&self, target: Target) -> Option<bool> {
        match target {
            Target::Ratio(most) => Some(self.ratio()? <= most),
            Target::AtMost(most) => Some(median(&self.ours)? <= most),
            Target::AtLeast(least) => Some(median(&self.ours)? >= least),
        }
    }
}

/// The table, one line for each row, then what went wrong.
pub fn table(rows: &[(&Row, Samples)]) -> String {
    let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), short);
    let mut lines =
        vec![["id", "what", "unit", "peer", "ours", "ratio", "target", "met"].map(str::to_owned)];
    for (row, samples) in rows {
        let target = match row.target {
            Target::Ratio(most) => format!("≤ {most} ×"),
            Target::AtMost(most) => format!("≤ {most}"),
            Target::AtLeast(least) => format!("≥ {least}"),
        };
        let met = samples.met(row.target).map_or("", |met| if met { "yes" } else { "NO" });
        lines.push([
            row.id.to_owned(),
            row.what.to_owned(),
            row.unit.to_owned(),
            figure(median(&samples.peer)),
            figure(median(&samples.ours)),
            figure(samples.ratio()),
            target,
            met.to_owned(),
        ]);
    }
    let widths: Vec<usize> = (0..8)
        .map(|n| lines.iter().map(|line| line[n].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for line in &lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(n, (cell, &width))| match n {
                3..=5 => format!("{cell:>width$}"),
                _ => format!("{cell:width$}"),
            })
            .collect();
        text += cells.join("  ").trim_end();
        text.push('\n');
    }
    for (row, samples) in rows {
        for error in &samples.errors {
            text += &format!("{}: {error}\n", row.id);
        }
    }
    text
}

/// Three significant digits.
fn short(value: f64) -> String {
    let digits = match value.abs() {
        v if v >= 100.0 || v == 0.0 => 0,
        v if v >= 10.0 => 1,
        v if v >= 1.0 => 2,
        v if v >= 0.1 => 3,
        _ => 4,
    };
    format!("{value:.digits$}")
}

/// Everything, for other programs.
pub fn json(rows: &[(&Row, Samples)], machine: Value) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(row, samples)| {
            let target = match row.target {
                Target::Ratio(most) => json!({"ratio_at_most": most}),
                Target::AtMost(most) => json!({"at_most": most}),
                Target::AtLeast(least) => json!({"at_least": least}),
            };
            json!({
                "id": row.id,
                "what": row.what,
                "unit": row.unit,
                "peer_is": row.peer_name,
                "peer": median(&samples.peer),
                "ours": median(&samples.ours),
                "ratio": samples.ratio(),
                "target": target,
                "met": samples.met(row.target),
                "peer_samples": samples.peer,
                "our_samples": samples.ours,
                "errors": samples.errors,
            })
        })
        .collect();
    json!({"machine": machine, "rows": rows})
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Row = Row {
        id: "T1",
        what: "a thing",
        peer_name: "the other",
        unit: "ms",
        peer: None,
        ours: None,
        target: Target::Ratio(0.5),
    };

    fn samples(peer: &[f64], ours: &[f64]) -> Samples {
        Samples { peer: peer.to_vec(), ours: ours.to_vec(), errors: Vec::new() }
    }

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 9.0]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
    }

    #[test]
    fn targets() {
        let both = samples(&[10.0, 12.0, 11.0], &[5.0, 4.0]);
        assert_eq!(both.met(Target::Ratio(0.5)), Some(true));
        assert_eq!(both.met(Target::Ratio(0.4)), Some(false));
        assert_eq!(both.met(Target::AtMost(4.0)), Some(false));
        assert_eq!(both.met(Target::AtLeast(4.5)), Some(true));
        assert_eq!(samples(&[], &[1.0]).met(Target::Ratio(1.0)), None);
        assert_eq!(samples(&[0.0], &[1.0]).ratio(), None);
    }

    #[test]
    fn table_and_json() {
        let mut missing = samples(&[1.0], &[]);
        missing.errors.push("no such program".to_owned());
        let rows = [(&ROW, samples(&[10.0], &[2.0])), (&ROW, missing)];
        let table = table(&rows);
        assert!(table.contains("T1  a thing  ms    10.0  2.00  0.200  ≤ 0.5 ×  yes"), "{table}");
        assert!(table.contains("T1: no such program"));
        let json = json(&rows, Value::Null);
        assert_eq!(json["rows"][0]["met"], true);
        assert_eq!(json["rows"][1]["ours"], Value::Null);
    }

    #[test]
    fn three_digits() {
        assert_eq!(
            [0.0, 0.0123, 0.687, 1.27, 25.02, 553.4].map(short),
            ["0", "0.0123", "0.687", "1.27", "25.0", "553"]
        );
    }
}
