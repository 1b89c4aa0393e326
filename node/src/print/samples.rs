//! Invented documents for the tests of formats.

use super::document::{Document, Field, Form, Sheet};

fn sheet(title: &str, fields: &[(&str, &str, &str)], notes: &[&str]) -> Sheet {
    let field = |(key, label, text): &(&str, &str, &str)| Field { key: (*key).into(), label: (*label).into(), text: (*text).into() };
    Sheet {
        title: title.into(),
        fields: fields.iter().map(field).collect(),
        notes: notes.iter().map(|note| (*note).to_owned()).collect(),
        rows: Vec::new(),
    }
}

pub(super) fn pass() -> Document {
    pass_with("LI/NA MS")
}

pub(super) fn pass_with(name: &str) -> Document {
    let fields = [
        ("name", "Name", name),
        ("flight", "Flight", "CA1501"),
        ("date", "Date", "22 Nov"),
        ("gate", "Gate", "12"),
        ("departs", "Departs", "14:30"),
        ("seat", "Seat", "14C"),
        ("from", "From", "PVG"),
        ("to", "To", "PEK"),
        ("cabin", "Cabin", "Y"),
        ("sequence", "Sequence", "501"),
        ("locator", "Locator", "B4C5D6"),
        ("issue", "Issue", "1"),
    ];
    let code = "M1LI/NA               EB4C5D6 PVGPEKCA 1501 326Y014C0501 100".to_owned();
    Document { form: Form::Pass, code, sheets: vec![sheet("Boarding pass", &fields, &[])] }
}

pub(super) fn tag() -> Document {
    tag_with("LI/NA MS")
}

pub(super) fn tag_with(name: &str) -> Document {
    let fields = [
        ("tag", "Tag", "0999001000"),
        ("to", "To", "PEK"),
        ("flight", "Flight", "CA1501"),
        ("date", "Date", "22 Nov"),
        ("name", "Name", name),
        ("locator", "Locator", "B4C5D6"),
        ("sequence", "Sequence", "501"),
        ("weight", "Weight", "18 kg"),
        ("made", "Made", "G12 13:52"),
        ("issue", "Issue", "1"),
    ];
    Document { form: Form::Tag, code: "0999001000".into(), sheets: vec![sheet("Bag tag", &fields, &[])] }
}

pub(super) fn receipt() -> Document {
    let english = [
        ("reference", "Your reference", "PVG-CA-T12007-4"),
        ("name", "Name", "LI/NA"),
        ("flight", "Flight", "CA1501"),
        ("bag", "The bag", "black case with a red strap and a name plate in leather"),
    ];
    let chinese = [
        ("reference", "您的编号", "PVG-CA-T12007-4"),
        ("name", "姓名", "LI/NA"),
        ("flight", "航班", "CA1501"),
        ("bag", "行李", "black case with a red strap and a name plate in leather"),
    ];
    let sheets =
        vec![sheet("行李报告", &chinese, &["此编号即时有效。"]), sheet("Baggage report", &english, &["This reference is valid here from now on."])];
    Document { form: Form::Receipt, code: String::new(), sheets }
}
