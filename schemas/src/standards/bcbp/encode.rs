//! Writes a boarding pass: from fields to the text that a printer turns into a bar code.

use super::layout::{self, Fields, LEGS_MAX, REPEATED, UNIQUE, mandatory};
use super::read::hex;

/// A boarding pass as fields, ready to be written. Values may be given without their padding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pass {
    /// `SURNAME/GIVEN`; cut at 20 characters when written.
    pub name: String,
    /// Whether there is an electronic ticket.
    pub eticket: bool,
    /// One to four.
    pub legs: Vec<Leg>,
    /// The version digit and the fields of the unique block; needed as soon as the first leg has any conditional field.
    pub conditional: Option<(char, Block)>,
    pub security: Option<Security>,
}

/// One leg to be written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leg {
    pub pnr: String,
    pub from: String,
    pub to: String,
    pub carrier: String,
    /// Four digits and an optional letter.
    pub flight: String,
    /// Day of the year, three digits.
    pub julian: String,
    pub cabin: String,
    /// `012A`, `INF`, or nothing.
    pub seat: String,
    pub sequence: String,
    pub status: String,
    pub repeated: Option<Block>,
    /// The airline's individual use, written as it is.
    pub private: String,
    /// The size as it was printed, kept where it says the same number in other letters.
    pub printed_size: String,
}

/// The fields of a sized block, in order and as many as are there: a shorter block leaves the last ones out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    pub fields: Vec<String>,
    /// The size as it was printed, kept where it says the same number in other letters.
    pub printed_size: String,
}

/// The security block to be written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Security {
    /// `^`; versions 1 and 2 also used `>`.
    pub marker: char,
    pub kind: String,
    pub data: String,
    /// The length as it was printed, kept where it says the same number in other letters.
    pub printed_length: String,
}

/// The fields do not make a boarding pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    #[error("A boarding pass has one to four legs, not {legs}. Split the journey into two passes.")]
    LegCount { legs: usize },
    #[error("{field} has room for {width} characters, and \"{found}\" is longer.")]
    TooWide { field: &'static str, width: usize, found: String },
    #[error("\"{found}\" in {field} cannot be printed on a boarding pass. Use the letters A to Z and digits.")]
    NotAscii { field: &'static str, found: String },
    #[error("{field} is {length} characters long, and its size can say 255 at most.")]
    TooLong { field: &'static str, length: usize },
    #[error("Leg {leg} has conditional fields that nothing announces. Give the version and the unique block, or leave them out.")]
    Unannounced { leg: usize },
}

impl Block {
    /// The unique block (items 15 to 32) with these fields, blank where a later one is given.
    pub fn unique(values: &[(&str, &str)]) -> Self {
        Self::of(&UNIQUE, values)
    }

    /// The repeated block (items 142 to 254) with these fields, blank where a later one is given.
    pub fn repeated(values: &[(&str, &str)]) -> Self {
        Self::of(&REPEATED, values)
    }

    fn of(widths: &[(&str, usize)], values: &[(&str, &str)]) -> Self {
        let value = |field: &str| values.iter().find(|(name, _)| *name == field).map(|(_, value)| (*value).to_owned());
        let count = widths.iter().rposition(|(field, _)| value(field).is_some()).map_or(0, |last| last + 1);
        Self { fields: widths[..count].iter().map(|(field, _)| value(field).unwrap_or_default()).collect(), printed_size: String::new() }
    }
}

impl Pass {
    /// The text of the bar code.
    ///
    /// # Errors
    /// When a value does not fit its field; nothing but the name is ever cut.
    pub fn encode(&self) -> Result<String, EncodeError> {
        if !(1..=LEGS_MAX).contains(&self.legs.len()) {
            return Err(EncodeError::LegCount { legs: self.legs.len() });
        }
        let name: String = self.name.chars().take(mandatory::NAME.1).collect();
        let mut text = format!("M{}", self.legs.len());
        pad(&mut text, "name", &name, mandatory::NAME.1)?;
        text.push(if self.eticket { 'E' } else { ' ' });
        for (number, leg) in self.legs.iter().enumerate() {
            let conditional = self.conditional.as_ref().filter(|_| number == 0);
            leg.encode(&mut text, number, conditional)?;
        }
        if let Some(security) = &self.security {
            text.push(security.marker);
            pad(&mut text, "security type", &security.kind, 1)?;
            sized(&mut text, "security data", &security.printed_length, &security.data)?;
        }
        Ok(text)
    }
}

impl Leg {
    fn encode(&self, text: &mut String, number: usize, conditional: Option<&(char, Block)>) -> Result<(), EncodeError> {
        let fields = [
            ("booking reference", &self.pnr, mandatory::PNR.1),
            ("origin", &self.from, mandatory::FROM.1),
            ("destination", &self.to, mandatory::TO.1),
            ("carrier", &self.carrier, mandatory::CARRIER.1),
            ("flight number", &self.flight, mandatory::FLIGHT.1),
            ("day", &self.julian, mandatory::JULIAN.1),
            ("cabin", &self.cabin, mandatory::CABIN.1),
            ("seat", &self.seat, mandatory::SEAT.1),
            ("sequence", &self.sequence, mandatory::SEQUENCE.1),
            ("status", &self.status, mandatory::STATUS.1),
        ];
        for (field, value, width) in fields {
            pad(text, field, value, width)?;
        }
        let mut variable = String::new();
        if let Some((version, unique)) = conditional {
            variable.push('>');
            variable.push(*version);
            sized(&mut variable, "unique block", &unique.printed_size, &unique.body(&UNIQUE)?)?;
        }
        let announced = number > 0 || conditional.is_some();
        match &self.repeated {
            Some(repeated) if announced => sized(&mut variable, "repeated block", &repeated.printed_size, &repeated.body(&REPEATED)?)?,
            None if self.private.is_empty() => {}
            Some(_) | None => return Err(EncodeError::Unannounced { leg: number }),
        }
        push_ascii(&mut variable, "airline data", &self.private)?;
        sized(text, "variable field", &self.printed_size, &variable)
    }
}

impl Block {
    fn body(&self, widths: &[(&'static str, usize)]) -> Result<String, EncodeError> {
        let mut body = String::new();
        for (value, (field, width)) in self.fields.iter().zip(widths) {
            pad(&mut body, field, value, *width)?;
        }
        Ok(body)
    }

    fn of_read(fields: Fields<'_>) -> Self {
        Self { fields: fields.all().map(|(_, text)| text.to_owned()).collect(), printed_size: fields.size().to_owned() }
    }
}

impl layout::Pass {
    /// The pass as fields. For a valid pass, encoding them gives its text back.
    pub fn draft(&self) -> Pass {
        Pass {
            name: self.name().to_owned(),
            eticket: self.eticket() == "E",
            legs: self.legs().map(draft_leg).collect(),
            conditional: self.version_text().and_then(|text| text.chars().next()).zip(self.unique().map(|unique| Block::of_read(unique.0))),
            security: self.security().map(|security| Security {
                marker: if self.has_old_security_marker() { '>' } else { '^' },
                kind: security.kind.to_owned(),
                data: security.data.to_owned(),
                printed_length: security.length.to_owned(),
            }),
        }
    }

    fn has_old_security_marker(&self) -> bool {
        self.security.as_ref().is_some_and(|security| self.text.slice(layout::Span { at: security.kind.at - 1, len: 1 }) == ">")
    }
}

fn draft_leg(leg: layout::Leg<'_>) -> Leg {
    Leg {
        pnr: leg.raw(mandatory::PNR).to_owned(),
        from: leg.from().to_owned(),
        to: leg.to().to_owned(),
        carrier: leg.raw(mandatory::CARRIER).to_owned(),
        flight: leg.raw(mandatory::FLIGHT).to_owned(),
        julian: leg.raw(mandatory::JULIAN).to_owned(),
        cabin: leg.cabin().to_owned(),
        seat: leg.raw(mandatory::SEAT).to_owned(),
        sequence: leg.raw(mandatory::SEQUENCE).to_owned(),
        status: leg.status().to_owned(),
        repeated: leg.repeated().map(|repeated| Block::of_read(repeated.0)),
        private: leg.airline_private().unwrap_or_default().to_owned(),
        printed_size: leg.variable_size().to_owned(),
    }
}

/// Appends a value, filled up with blanks.
fn pad(text: &mut String, field: &'static str, value: &str, width: usize) -> Result<(), EncodeError> {
    if value.len() > width && value.is_ascii() {
        return Err(EncodeError::TooWide { field, width, found: crate::standards::found(value) });
    }
    push_ascii(text, field, value)?;
    text.extend(std::iter::repeat_n(' ', width - value.len()));
    Ok(())
}

fn push_ascii(text: &mut String, field: &'static str, value: &str) -> Result<(), EncodeError> {
    if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(EncodeError::NotAscii { field, found: crate::standards::found(value) });
    }
    text.push_str(value);
    Ok(())
}

/// Appends a block behind its size in two hex digits.
fn sized(text: &mut String, field: &'static str, printed: &str, body: &str) -> Result<(), EncodeError> {
    let length = body.len();
    if length > 255 {
        return Err(EncodeError::TooLong { field, length });
    }
    match hex(printed) {
        Some(size) if size == length => text.push_str(printed),
        Some(_) | None => text.push_str(&format!("{length:02X}")),
    }
    push_ascii(text, field, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standards::bcbp::{Verdict, read};

    fn issued() -> Pass {
        let leg = Leg {
            pnr: "K7P2QX".into(),
            from: "PVG".into(),
            to: "PEK".into(),
            carrier: "CA".into(),
            flight: "1501".into(),
            julian: "326".into(),
            cabin: "Y".into(),
            seat: "012A".into(),
            sequence: "0007".into(),
            status: "1".into(),
            repeated: Some(Block::repeated(&[("airline_numeric", "999"), ("doc_serial", "2400000001"), ("free_baggage", "20K")])),
            ..Leg::default()
        };
        let unique =
            Block::unique(&[("pax_description", "0"), ("source_issuance", "O"), ("issue_date", "6326"), ("doc_type", "B"), ("issuer", "CA")]);
        Pass { name: "WANG/LIMS".into(), eticket: true, legs: vec![leg], conditional: Some(('6', unique)), security: None }
    }

    #[test]
    fn a_pass_issued_at_the_desk_is_valid_and_says_what_was_meant() {
        let pass = read(&issued().encode().unwrap()).unwrap();
        assert_eq!(pass.verdict(), Verdict::Valid);
        let leg = pass.legs().next().unwrap();
        assert_eq!(leg.flight_number().map(|flight| flight.to_string()).as_deref(), Some("CA1501"));
        assert_eq!((leg.seat().map(|seat| seat.to_string()).as_deref(), leg.sequence()), (Some("12A"), Some(7)));
        assert_eq!(leg.repeated().and_then(|repeated| repeated.ticket()).as_deref(), Some("9992400000001"));
        assert_eq!(pass.unique().and_then(|unique| unique.issuer()), Some("CA"));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_never_cut_but_for_the_name() {
        let mut pass = issued();
        pass.name = "VERYLONGSURNAME/ANDALONGGIVENNAME".into();
        assert_eq!(read(&pass.encode().unwrap()).unwrap().name(), "VERYLONGSURNAME/ANDA");
        pass.legs[0].pnr = "TOOLONGLOCATOR".into();
        assert!(matches!(pass.encode(), Err(EncodeError::TooWide { field: "booking reference", .. })));
        pass.legs[0].pnr = "座位".into();
        assert!(matches!(pass.encode(), Err(EncodeError::NotAscii { .. })));
        pass.legs.clear();
        assert_eq!(pass.encode(), Err(EncodeError::LegCount { legs: 0 }));
    }
}
