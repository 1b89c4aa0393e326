//! The rules of an installation, read from the files that its configuration names.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use schemas::station::outgoing::PfsForms;
use schemas::station::{BagAllowances, ConnectingRules, DocumentRoutes, NoRules, Rules};

use crate::column_maps::OwnMaps;
use crate::config::Config;

/// What a station judges by.
///
/// # Errors
/// Where a file cannot be read, or is wrong.
pub(crate) fn of_station(config: &Config, own: &OwnMaps) -> Result<Arc<Rules>> {
    let built_in = Rules::built_in();
    Ok(Arc::new(Rules {
        allowances: read("bag_allowances", config.bag_allowances.as_deref(), BagAllowances::read)?.unwrap_or_else(|| built_in.allowances.clone()),
        routes: read("document_routes", config.document_routes.as_deref(), DocumentRoutes::read)?.unwrap_or_else(|| built_in.routes.clone()),
        columns: Arc::clone(&own.maps),
        pfs: read("pfs_forms", config.pfs_forms.as_deref(), PfsForms::read)?.unwrap_or_else(|| built_in.pfs.clone()),
    }))
}

/// Minimum connecting times; nothing where those that come with the product hold.
///
/// # Errors
/// As [`of_station`].
pub(crate) fn connecting_times(config: &Config) -> Result<Option<Arc<ConnectingRules>>> {
    Ok(read("connecting_times", config.connecting_times.as_deref(), ConnectingRules::read)?.map(Arc::new))
}

fn read<T>(key: &str, path: Option<&Path>, parse: impl Fn(&str) -> Result<T, NoRules>) -> Result<Option<T>> {
    let Some(path) = path else { return Ok(None) };
    let text = std::fs::read_to_string(path).with_context(|| format!("`{key}` {} cannot be read", path.display()))?;
    parse(&text).map(Some).with_context(|| format!("`{key}` {} is wrong", path.display()))
}
