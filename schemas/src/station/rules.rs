//! What airlines and authorities lay down, as an installation has written it into files: what comes with the product stands in for it.

use std::sync::{Arc, LazyLock};

use super::bag_allowance::BagAllowances;
use super::column_maps::ColumnMaps;
use super::document_routes::DocumentRoutes;
use super::outgoing::PfsForms;

/// The rules by which a station judges. No record depends on them: what a person did under them is in the record itself.
#[derive(Debug, Clone)]
pub struct Rules {
    pub allowances: BagAllowances,
    pub routes: DocumentRoutes,
    /// By which guest tables and hosts' lists are read.
    pub columns: Arc<ColumnMaps>,
    /// In which PFS are written, and by which a desk knows what they name.
    pub pfs: PfsForms,
}

/// A text that holds no rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoRules(String);

impl NoRules {
    pub(in crate::station) fn new(what: String) -> Self {
        Self(what)
    }
}

static BUILT_IN: LazyLock<Arc<Rules>> = LazyLock::new(|| {
    Arc::new(Rules {
        allowances: BagAllowances::read(include_str!("bag_allowances.json")).expect("the file beside this one is valid; a test reads it"),
        routes: DocumentRoutes::read(include_str!("document_routes.json")).expect("the file beside this one is valid; a test reads it"),
        columns: ColumnMaps::built_in(),
        pfs: PfsForms::built_in(),
    })
});

impl Rules {
    /// What comes with the product: plausible rules that nobody published.
    pub fn built_in() -> Arc<Self> {
        Arc::clone(&BUILT_IN)
    }
}
