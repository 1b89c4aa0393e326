//! One try to print one document: ask, send, ask again. Blocks, and ends within bounds.

use std::time::Duration;

use super::document::Document;
use super::job::Fault;
use super::line::Line;
use super::printer::Printer;
use super::status::{ANSWER_MAX, Reading, question, read};
use crate::clock;

/// How long is waited for what.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub connect: Duration,
    /// For an answer, and for bytes to move.
    pub answer: Duration,
    /// After sending, until the printer has no trouble and nothing left in it.
    pub settle: Duration,
    /// Between two questions meanwhile.
    pub between: Duration,
    /// Before the next try; twice as long each time, up to the last.
    pub again: Duration,
    pub again_max: Duration,
    /// A job that could not be sent for so long fails.
    pub give_up: Duration,
}

/// Why a try came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    pub fault: Fault,
    /// Whether anything of the document left this node: then it is not sent again by itself.
    pub sent: bool,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            answer: Duration::from_secs(4),
            settle: Duration::from_secs(60),
            between: Duration::from_millis(500),
            again: Duration::from_secs(1),
            again_max: Duration::from_secs(15),
            give_up: Duration::from_secs(30 * 60),
        }
    }
}

/// Prints a document. `sending` is called right before its first byte leaves, `trouble` with what the printer says while it prints.
///
/// # Errors
/// With what is the matter.
pub(super) fn attempt(
    printer: &Printer,
    document: &Document,
    patience: &Patience,
    mut sending: impl FnMut() -> bool,
    mut trouble: impl FnMut(Fault),
) -> Result<(), Failure> {
    let before = |fault| Failure { fault, sent: false };
    let bytes = printer.bytes(document).map_err(|_| before(Fault::Unprintable))?;
    let mut line = Line::open(&printer.address, patience.connect).map_err(|_| before(Fault::Offline))?;
    if printer.answers {
        match ask(printer, &mut line, patience) {
            Ok(Reading::Ready { .. }) => {}
            Ok(Reading::Trouble(fault)) => return Err(before(fault)),
            Ok(Reading::Partial) | Err(Broken) => return Err(before(Fault::NoAnswer)),
        }
    }
    if !sending() {
        return Err(before(Fault::NotReady));
    }
    let mut begun = false;
    if line.send(&bytes, patience.answer, &mut begun).is_err() {
        let fault = if begun { Fault::MayBePrinted } else { Fault::Offline };
        return Err(Failure { fault, sent: begun });
    }
    if !printer.answers {
        return Ok(());
    }
    let (start, mut last) = (clock::instant(), Fault::MayBePrinted);
    loop {
        match ask(printer, &mut line, patience) {
            Err(Broken) => return Err(Failure { fault: Fault::MayBePrinted, sent: true }),
            Ok(Reading::Ready { busy: false }) => return Ok(()),
            Ok(Reading::Trouble(Fault::Refused)) => return Err(Failure { fault: Fault::Refused, sent: true }),
            Ok(Reading::Trouble(fault)) => {
                last = fault;
                trouble(fault);
            }
            Ok(Reading::Ready { busy: true } | Reading::Partial) => {}
        }
        if start.elapsed() >= patience.settle {
            return Err(Failure { fault: last, sent: true });
        }
        std::thread::sleep(patience.between);
    }
}

/// The other side is gone.
struct Broken;

fn ask(printer: &Printer, line: &mut Line, patience: &Patience) -> Result<Reading, Broken> {
    let mut begun = false;
    line.send(question(printer.language), patience.answer, &mut begun).map_err(|_| Broken)?;
    let (start, mut heard) = (clock::instant(), Vec::new());
    while start.elapsed() < patience.answer && heard.len() < ANSWER_MAX {
        heard.extend(line.hear(patience.answer.saturating_sub(start.elapsed())).map_err(|_| Broken)?);
        match read(printer, &heard) {
            Reading::Partial => {}
            known => return Ok(known),
        }
    }
    Ok(Reading::Partial)
}
