//! Reports about bags: their kinds, how long they live, who may still complain, why bags go missing.

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::description::BagLook;
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;

/// The kind of a tracing file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FileKind {
    /// A guest's bag did not arrive.
    Ahl,
    /// A bag arrived damaged, or something is missing from it.
    Dpr,
    /// A bag is here and nobody claims it.
    Ohd,
    /// The same, noted in a hurry.
    Qoh,
    /// A bag sent after its guest.
    Fwd,
}

/// How long a file is kept by the tracing system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLife {
    pub kind: FileKind,
    /// Hours while open.
    pub open_hours: u32,
    /// Days after closing, where there is such a state.
    pub closed_days: Option<u32>,
}

/// By kind of file.
pub const FILE_LIFE: [FileLife; 5] = [
    FileLife { kind: FileKind::Ahl, open_hours: 180 * 24, closed_days: Some(60) },
    FileLife { kind: FileKind::Dpr, open_hours: 180 * 24, closed_days: Some(45) },
    FileLife { kind: FileKind::Ohd, open_hours: 180 * 24, closed_days: Some(45) },
    FileLife { kind: FileKind::Qoh, open_hours: 24, closed_days: None },
    FileLife { kind: FileKind::Fwd, open_hours: 10 * 24, closed_days: None },
];

/// A report of one bag. It is a receipt, not an admission of liability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    pub kind: FileKind,
    pub station: AirportCode,
    pub tag: Option<BagTag>,
    pub look: Option<BagLook>,
    /// Surname as on the ticket.
    pub name: Option<String>,
    pub route: Vec<AirportCode>,
    /// When the bag was handed over, should have come, or was found.
    pub date: NaiveDate,
    /// What is broken or gone, in words; damage and pilferage need it.
    pub damage: Option<String>,
    pub contents: Vec<String>,
    /// Reason code 10 to 99 (RP 1743E).
    pub reason: Option<u8>,
    pub fault_station: Option<AirportCode>,
}

/// The report lacks what its kind needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    #[error("A report of a missing bag needs the guest's name.")]
    NoName,
    #[error("A report of damage needs what is damaged or gone.")]
    NoDamage,
    #[error("A found bag without a tag needs its colour and type.")]
    NoLook,
    #[error("Reason {reason} is not one for this kind of report. Choose one from the list.")]
    ReasonOfAnotherKind { reason: u8 },
}

impl Report {
    /// Checks what its kind needs; everything else may follow later.
    pub fn check(&self) -> Result<(), ReportError> {
        let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
        match self.kind {
            FileKind::Ahl if blank(&self.name) => return Err(ReportError::NoName),
            FileKind::Dpr if blank(&self.damage) => return Err(ReportError::NoDamage),
            FileKind::Ohd | FileKind::Qoh if self.tag.is_none() && self.look.is_none() => return Err(ReportError::NoLook),
            FileKind::Ahl | FileKind::Dpr | FileKind::Ohd | FileKind::Qoh | FileKind::Fwd => {}
        }
        match (self.reason, self.kind) {
            (Some(reason @ 80..), FileKind::Ahl | FileKind::Ohd | FileKind::Qoh | FileKind::Fwd) => Err(ReportError::ReasonOfAnotherKind { reason }),
            (Some(reason @ ..80), FileKind::Dpr) => Err(ReportError::ReasonOfAnotherKind { reason }),
            (Some(_) | None, _) => Ok(()),
        }
    }
}

/// What a guest complains of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Complaint {
    /// From the day the bag was received.
    Damage,
    /// From the day the bag was placed at the guest's disposal.
    Delay,
}

/// The last day to complain in writing (Montreal Convention, article 31). Calendar days.
pub fn complaint_by(complaint: Complaint, start: NaiveDate) -> Option<NaiveDate> {
    start.checked_add_days(Days::new(match complaint {
        Complaint::Damage => 7,
        Complaint::Delay => 21,
    }))
}

/// The day from which a bag that should have arrived on `due` may be treated as lost (article 17).
pub fn lost_from(due: NaiveDate) -> Option<NaiveDate> {
    due.checked_add_days(Days::new(21))
}

/// Years to go to court (article 35).
pub const SUE_WITHIN_YEARS: u32 = 2;

/// The last day to go to court, from arrival, or the day on which it should have been.
pub fn sue_by(arrival: NaiveDate) -> Option<NaiveDate> {
    arrival.checked_add_months(Months::new(12 * SUE_WITHIN_YEARS))
}

/// The words for a reason code, in English and Chinese; for a code without public words those of its band.
pub fn reason(code: u8) -> Option<(&'static str, &'static str)> {
    let words = REASONS.iter().find(|(listed, _, _)| *listed == code).map(|(_, english, chinese)| (*english, *chinese));
    words.or(match code {
        10..=69 => Some(("delayed bag, cause chosen by staff", "行李延误，由员工选定原因")),
        70..=79 => Some(("delayed bag, cause filled in by the system", "行李延误，系统预填原因")),
        80..=99 => Some(("damaged or pilfered bag", "行李破损或内物短少")),
        _ => None,
    })
}

/// Reasons for loss (RP 1743E): code, English, Chinese.
pub const REASONS: &[(u8, &str, &str)] = &[
    (10, "tagging", "挂牌"),
    (11, "entries on the tag wrong or missing", "行李牌信息错漏"),
    (12, "not tagged to the last destination", "未挂至最终目的地"),
    (13, "separate contracts", "分开的运输合同"),
    (15, "tags swapped", "行李牌互换"),
    (16, "late from check-in", "值机交运过晚"),
    (17, "old tag left on", "旧行李牌未除"),
    (18, "not authorised to load", "未获装机授权"),
    (20, "not loaded", "漏装"),
    (21, "left behind at origin", "始发站遗留"),
    (23, "standby bag left behind", "候补行李遗留"),
    (25, "bag taken at the gate left behind", "登机口托运行李遗留"),
    (26, "taken off for space or weight", "因舱位或载重卸下"),
    (27, "local guest rerouted", "本站旅客改道"),
    (30, "loading error", "装载差错"),
    (31, "wrong aircraft", "错装飞机"),
    (32, "off-loaded in error", "误卸"),
    (33, "not off-loaded", "漏卸"),
    (35, "wrong container", "错装集装器"),
    (40, "handling on arrival", "到达处理"),
    (41, "sent to the wrong area", "送错区域"),
    (42, "late at the belt", "提取延迟"),
    (43, "oversize late", "超规行李延迟"),
    (50, "transfer", "中转"),
    (51, "guest rerouted", "旅客改道"),
    (52, "other airline, connecting time kept", "跨航司中转，满足最短衔接时间"),
    (53, "other airline, connecting time not kept", "跨航司中转，不满足最短衔接时间"),
    (54, "not handed over by the inbound airline", "前段承运人未交接"),
    (55, "same airline, connecting time kept", "同航司中转，满足最短衔接时间"),
    (56, "same airline, connecting time not kept", "同航司中转，不满足最短衔接时间"),
    (57, "alliance", "联盟"),
    (58, "code share", "代码共享"),
    (59, "not authorised", "未获授权"),
    (60, "other", "其他"),
    (61, "strike", "罢工"),
    (62, "weather and other", "气象及其他"),
    (63, "security", "安检"),
    (64, "equipment", "设备"),
    (65, "weather: space or weight", "天气原因：舱位或载重"),
    (66, "carrier other than by air", "非航空承运人"),
];
