//! The transfer message (PTM): who goes on with which flight, and with how many bags.

use super::envelope::{Envelope, FlightLine, Received, TypeBError, cut, split_flight};
use super::parts::{Block, in_parts};

/// A PTM. The flight line's airports are those of departure and, run on, of transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferMessage {
    pub envelope: Envelope,
    pub flight: FlightLine,
    /// Whether the sender says that there is nobody.
    pub nil: bool,
    pub lines: Vec<TransferLine>,
    /// Lines that are not known here, as they came.
    pub other: Vec<String>,
    pub end: Option<String>,
}

/// `DY1256/14 AMS 1V 0B SAMPLE/ALEXA`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferLine {
    /// As written.
    pub flight: String,
    /// Day of the month.
    pub day: u8,
    pub dest: String,
    pub seats: u16,
    pub class: String,
    /// Bags, where the sender gives them.
    pub bags: Option<u16>,
    pub surname: String,
    pub given: Vec<String>,
}

impl TransferMessage {
    /// Reads a PTM.
    ///
    /// # Errors
    /// When it is another message, or its flight cannot be told.
    pub fn parse(text: &str) -> Result<Self, TypeBError> {
        let received = Received::cut(text)?;
        if received.kind != "PTM" {
            return Err(TypeBError::UnknownType { found: received.kind.to_owned() });
        }
        let (flight, body) = received.lines.split_first().ok_or(TypeBError::NoFlight)?;
        let (envelope, end) = (received.envelope, received.end.map(str::to_owned));
        let mut message = Self { envelope, flight: flight.parse()?, nil: false, lines: Vec::new(), other: Vec::new(), end };
        for line in body {
            match TransferLine::read(line) {
                Some(transfer) => message.lines.push(transfer),
                None if *line == "NIL" => message.nil = true,
                None => message.other.push((*line).to_owned()),
            }
        }
        Ok(message)
    }

    /// The airport of departure.
    pub fn board(&self) -> &str {
        self.flight.board.get(..3).unwrap_or(&self.flight.board)
    }

    /// The airport of transfer, where it is given.
    pub fn transfer_at(&self) -> Option<&str> {
        self.flight.board.get(3..).filter(|airport| !airport.is_empty())
    }

    /// Writes the message, in parts.
    pub fn write(envelope: &Envelope, flight: &FlightLine, lines: &[TransferLine]) -> Vec<String> {
        let mut blocks: Vec<Block> = lines.iter().map(|line| Block { headings: Vec::new(), lines: vec![line.text()] }).collect();
        if blocks.is_empty() {
            blocks.push(Block { headings: Vec::new(), lines: vec!["NIL".to_owned()] });
        }
        in_parts("PTM", envelope, flight, &blocks)
    }
}

impl TransferLine {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.splitn(5, ' ');
        let (flight, day) = words.next()?.split_once('/')?;
        split_flight(flight)?;
        let dest = words.next().filter(|dest| dest.len() == 3)?;
        let seats = words.next()?;
        let digits = seats.bytes().take_while(u8::is_ascii_digit).count();
        let (seats, class) = seats.split_at(digits);
        let mut rest = words.next()?;
        let bags = rest.strip_suffix('B').and_then(|bags| bags.parse().ok());
        let behind;
        if bags.is_some() {
            rest = words.next().unwrap_or_default();
        } else if let Some(more) = words.next() {
            behind = format!("{rest} {more}");
            rest = &behind;
        }
        let mut names = rest.split('/').map(str::to_owned);
        Some(Self {
            flight: flight.to_owned(),
            day: day.parse().ok().filter(|day| (1..=31).contains(day))?,
            dest: dest.to_owned(),
            seats: seats.parse().ok()?,
            class: class.to_owned(),
            bags,
            surname: names.next()?,
            given: names.collect(),
        })
    }

    fn text(&self) -> String {
        let given: String = self.given.iter().map(|given| format!("/{given}")).collect();
        let bags = self.bags.map(|bags| format!(" {bags}B")).unwrap_or_default();
        cut(&format!("{}/{:02} {} {}{}{bags} {}{given}", self.flight, self.day, self.dest, self.seats, self.class, self.surname))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_message_reads_as_it_was_written() {
        let line = TransferLine {
            flight: "CA907".into(),
            day: 22,
            dest: "SVO".into(),
            seats: 2,
            class: "Y".into(),
            bags: Some(3),
            surname: "WANG".into(),
            given: vec!["LIMS".into(), "BAOMSTR".into()],
        };
        let flight = "CA1501/22NOV PVGPEK".parse().unwrap();
        let parts = TransferMessage::write(&Envelope::default(), &flight, std::slice::from_ref(&line));
        let message = TransferMessage::parse(&parts[0]).unwrap();
        assert_eq!((message.board(), message.transfer_at()), ("PVG", Some("PEK")));
        assert_eq!(message.lines, [line]);
        assert!(TransferMessage::parse(&TransferMessage::write(&Envelope::default(), &flight, &[])[0]).unwrap().nil);
    }
}
