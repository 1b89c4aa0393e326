//! Column maps as screens show them: which there are, where each came from, and which can be chosen.

use schemas::station::MapKind;

use super::Web;

/// One map.
#[derive(Debug, Clone)]
pub struct MapRow {
    /// `CA`, or the word for everybody.
    pub carrier: String,
    /// What it is for.
    pub kind: String,
    /// Its file, or that it came with Apron.
    pub from: String,
    /// Each column with its headings: `seat`, `SEAT, SEAT NO`.
    pub columns: Vec<(String, String)>,
}

/// The maps of this kind that can be chosen: the airline, and its words.
pub(super) fn choices(web: &Web, kind: MapKind) -> Vec<(String, String)> {
    let maps = web.services.read(|station| station.column_maps().shown());
    maps.into_iter().filter(|map| map.kind == kind).map(|map| (map.carrier.clone(), carrier(web, &map.carrier))).collect()
}

/// Every map.
pub(super) fn rows(web: &Web) -> Vec<MapRow> {
    let maps = web.services.read(|station| station.column_maps().shown());
    let row = |map: schemas::station::MapShown| MapRow {
        carrier: carrier(web, &map.carrier),
        kind: web.say.t(if map.kind == MapKind::HostList { "maps-host-list" } else { "maps-guest-table" }).to_string(),
        from: map.from.unwrap_or_else(|| web.say.t("maps-of-product").to_string()),
        columns: map.columns.into_iter().map(|(column, heads)| (column, heads.join(", "))).collect(),
    };
    maps.into_iter().map(row).collect()
}

fn carrier(web: &Web, carrier: &str) -> String {
    if carrier == "*" { web.say.t("maps-everybody").to_string() } else { carrier.to_owned() }
}
