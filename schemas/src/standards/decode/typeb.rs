//! The answer for a Type B message, by its type.

mod bag;
mod departure;
mod name_list;

use serde_json::{Map, Value, json};

use crate::standards::typeb::{BagMessage, Envelope, FlightLine, Received, TypeBError};

pub(super) fn answer(text: &str) -> Value {
    match told(text) {
        Ok(Told { value, deviations, more, encoded }) => {
            let verdict = if deviations.is_empty() { "valid" } else { "deviant" };
            let mut answer = json!({"ok": true, "verdict": verdict, "deviations": deviations, "value": value});
            if !more.is_empty() {
                answer["more"] = json!(more);
            }
            if let Some(lines) = encoded {
                answer["encoded"] = json!(lines.join("\n"));
            }
            answer
        }
        Err(error) => json!({"ok": false, "verdict": "refused", "error": error.code(), "message": error.to_string()}),
    }
}

/// What a message says.
struct Told {
    value: Map<String, Value>,
    /// Codes of what to look at twice.
    deviations: Vec<String>,
    /// Lines that the value has no name for, as they came.
    more: Vec<String>,
    /// The message as it is written from what was read, where the product writes this type from the same shape.
    encoded: Option<Vec<String>>,
}

type Answer = Result<Told, TypeBError>;

fn told(text: &str) -> Answer {
    let received = Received::cut(text)?;
    let mut told = by_type(text, &received)?;
    told.more.splice(0..0, received.marks.iter().map(ToString::to_string));
    told.deviations.extend(received.end_flaw().map(str::to_owned));
    Ok(told)
}

fn by_type(text: &str, received: &Received<'_>) -> Answer {
    match received.kind {
        "PNL" | "ADL" => name_list::value(text),
        "PFS" => departure::pfs(text),
        "PRL" => departure::prl(text),
        "ETL" => departure::etl(text),
        "PTM" => departure::ptm(text),
        "PSM" => departure::psm(text),
        "MVT" => departure::mvt(text),
        "LDM" => departure::ldm(text),
        kind if BagMessage::is_kind(kind) => bag::value(text),
        kind => {
            let mut value = opening(kind, &received.envelope);
            insert_some(&mut value, "end", received.end);
            let more = received.lines.iter().map(ToString::to_string).collect();
            Ok(Told { value, deviations: vec!["unknown_type".to_owned()], more, encoded: None })
        }
    }
}

/// What every answer begins with: the type, and the envelope where there is one.
fn opening(kind: &str, envelope: &Envelope) -> Map<String, Value> {
    let mut value = Map::new();
    value.insert("type".into(), json!(kind));
    if !envelope.addresses.is_empty() {
        value.insert("addresses".into(), json!(envelope.addresses));
    }
    insert_some(&mut value, "origin", envelope.origin.as_deref());
    insert_some(&mut value, "ddhhmm", envelope.ddhhmm.as_deref());
    value
}

fn flight_object(flight: &FlightLine) -> Value {
    json!({"carrier": flight.carrier, "number": flight.number, "date": flight.date_text, "board": flight.board})
}

/// Unknown is left out, never invented.
fn insert_some(value: &mut Map<String, Value>, key: &str, known: Option<impl Into<Value>>) {
    if let Some(known) = known {
        value.insert(key.to_owned(), known.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BSM: &str = "BSM\n.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\n";

    #[test]
    fn a_line_that_is_not_understood_is_shown_in_every_type_of_message() {
        let cases = [
            ("MVT\nCA1501/22.B1234.PVG\nAD2560/1240\nZZ99\nSI LATE CREW", &["AD2560/1240", "ZZ99", "SI LATE CREW"][..]),
            ("LDM\nCA1501/22.B1234.A320.2/05\n-PEK.10/0/0.T1.PRF/0\nSI NIL", &["PRF/0", "SI NIL"]),
            ("PTM\nCA1501/22NOV PVGPEK PART1\nCA907/32 SVO 1Y 0B WANG/LIMS\nODD LINE\nENDPTM", &["CA907/32 SVO 1Y 0B WANG/LIMS", "ODD LINE"]),
            ("PSM\nCA1501/22NOV PVG PART1\n-PEK 1PAX/1SSR\nodd line\nENDPSM", &["odd line"]),
            ("PFS\nCA1501/22NOV PVG PART1\nNIL\nENDPFS", &["NIL"]),
            ("PRL\nCA1501/22NOV PVG PART1\nODD LINE\n-PEK000Y\nENDPRL", &["ODD LINE"]),
            ("PDM\nBSM\n.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\n.N/0999123456001\nODD\nENDBSM", &["PDM", "ODD"]),
        ];
        for (text, more) in cases {
            assert_eq!(answer(text)["more"], json!(more), "{text}");
        }
    }

    #[test]
    fn a_message_that_may_have_been_cut_off_is_deviant() {
        let tagged = format!("{BSM}.N/0999123456001\n");
        assert_eq!(answer(&tagged)["deviations"], json!(["end_missing"]));
        assert_eq!(answer(&format!("{tagged}ENDBPM"))["deviations"], json!(["end_of_another_type"]));
        assert_eq!(answer(&format!("{tagged}ENDBSM"))["verdict"], json!("valid"));
    }

    #[test]
    fn a_tag_to_look_at_twice_says_what_is_wrong_with_it() {
        let flaws = |tags: &str| answer(&format!("{BSM}{tags}\nENDBSM"))["deviations"].clone();
        assert_eq!(flaws(".N/0999999999002"), json!(["tag_serial_past_999999"]));
        assert_eq!(flaws(".N/0999123456000"), json!(["tag_count_zero"]));
        assert_eq!(flaws(".N/0000000000001\n.N/0000123456001\n.N/02207501805003"), json!(["no_read", "airline_numeric_000", "tag_length"]));
    }

    #[test]
    fn what_is_not_known_is_written_back_as_it_came() {
        let list = "PVGKKCA\n.PEKRMCA 221200\nADL\nCA1501/22NOV PVG PART1\nCFG/010Y\nANA/123456\n-PEK003Y\nADD\n1WANG/LIMS-A2\n.L/K7P2QX\n.ZZ/NEW/1\nODD LINE\n\
                    CHG\n1LI/BOMR\n.R/OTHS FREE TEXT\nDEL\n1ZHAO/ANMS\nENDADL";
        let bags = format!("{BSM}.N/0999123456001\n.ZZ/NEW/1\nODD LINE\n.W/K/1/20//KG\nENDBSM");
        for text in [list, &bags] {
            assert_eq!(answer(text)["encoded"], json!(text));
        }
    }

    #[test]
    fn a_bag_that_stands_in_two_elements_is_one_bag() {
        let answer = answer(&format!("{BSM}.N/0999123456002\n.B/OFF/0999123456001\nENDBSM"));
        assert_eq!(answer["value"]["groups"][0]["plates"], json!(["0999123456", "0999123457"]));
    }

    #[test]
    fn an_old_tag_of_letters_and_digits_keeps_its_count_and_destination() {
        let answer = answer("PRL\nCA1501/22NOV PVG PART1\n-PEK001Y\n1WANG/LIMS\n.N/XX123456/001/PEK\n.N/0999123456002/PEK\nENDPRL");
        let tags = json!([{"raw": "XX123456/001/PEK", "count": 1, "dest": "PEK"}, {"lpn": "0999123456", "count": 2, "dest": "PEK"}]);
        assert_eq!(answer["value"]["tags"], tags);
    }
}
