//! Makes an installation at its hub, invites desks into it, and joins them.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use schemas::standards::airport_table;
use schemas::station::Blocks;
use serde::{Deserialize, Serialize};
use sync::identity::{Authority, Grant, Identity, NodeKey};
use sync::transport::{self, Invites, JoinCode, JoinGrant, JoinRefusal, JoinService, TimeSource};

use crate::cli::{HubInit, HubInvite, NodeJoin};
use crate::clock;
use crate::data::{DataDir, Membership, Role};

/// Desks that an installation can number: each has its own block of everything that is numbered.
const DESKS_MAX: u16 = 99;

/// What a desk is told beside its certificate.
#[derive(Serialize, Deserialize)]
struct Welcome {
    membership: Membership,
}

/// Makes the authority, the secret and the hub's own certificate.
pub fn init(options: &HubInit) -> Result<()> {
    let data = DataDir::take(&options.data)?;
    if data.is_member() {
        bail!(
            "{} is set up already; start it with `apron hub run --data {0}`, or name another --data for a new installation",
            options.data.display()
        );
    }
    let now = clock::now_ms() / 1000;
    let authority = Authority::create(&options.installation, now).context("the authority cannot be made")?;
    authority.save(&data.authority()).context("the authority cannot be kept")?;
    let (key, request) = NodeKey::create().context("the hub's key cannot be made")?;
    let certificate = authority.sign(&request, &Grant::hub("HUB")?, now).context("the hub's certificate cannot be made")?;
    let identity = Identity::new(key, certificate, authority.ca_der().to_vec()).context("the hub's certificate does not hold")?;
    identity.save(&data.identity()).context("the hub's identity cannot be kept")?;
    let secret: [u8; 32] = drawn()?;
    let membership = Membership {
        role: Role::Hub,
        desk: "HUB".to_owned(),
        station: None,
        zone: None,
        secret: secret.iter().map(|byte| format!("{byte:02x}")).collect(),
        blocks: blocks(0),
        hub: None,
    };
    data.write_membership(&membership)
}

/// Makes a join code. May run beside the running hub, which reads invitations from the same folder.
pub fn invite(options: &HubInvite) -> Result<JoinCode> {
    let zone = zone_of(options)?;
    let membership: Membership = hub_membership(&options.data)?;
    let authority = Authority::load(&options.data.join("authority")).context("the installation's authority cannot be read")?;
    let invites = Invites::open(&options.data.join("invites")).context("invitations cannot be kept")?;
    let number = next_desk(&options.data)?;
    let grant = Grant::node(&options.desk, &options.station, &options.carriers)?;
    let welcome = Welcome {
        membership: Membership {
            role: Role::Node,
            desk: options.desk.clone(),
            station: Some(options.station.clone()),
            zone: Some(zone),
            secret: membership.secret,
            blocks: blocks(number),
            hub: Some(options.address.clone()),
        },
    };
    let extra = serde_json::to_vec(&welcome).context("the invitation cannot be written")?;
    let secret = invites.create(&grant, &extra, clock::now_ms() / 1000).context("the invitation cannot be made")?;
    Ok(JoinCode::new(&options.address, authority.ca_key_hash(), secret)?)
}

/// Answers desks that want to join.
pub fn join_service(data: &DataDir) -> Result<JoinService> {
    let authority = Authority::load(&data.authority()).context("the installation's authority cannot be read")?;
    let invites = Invites::open(&data.invites()).context("invitations cannot be read")?;
    let shared = Arc::new((authority, invites));
    Ok(JoinService::new(move |request| {
        let (authority, invites) = &*shared;
        let now = clock::now_ms() / 1000;
        let key = sync::identity::request_key(&request.csr_der).map_err(|_| JoinRefusal::Request)?;
        let invited = invites.redeem(&request.secret, &key, now)?;
        let certificate_der = authority.sign(&request.csr_der, &invited.grant, now).map_err(|_| JoinRefusal::Request)?;
        tracing::info!(grant = %invited.grant, "a desk joined");
        Ok(JoinGrant { certificate_der, ca_der: authority.ca_der().to_vec(), extra: invited.extra })
    }))
}

/// Joins an installation: makes the key here, gets it certified, and keeps what the hub says.
pub async fn join(options: &NodeJoin) -> Result<Membership> {
    let code: JoinCode = options.code.parse()?;
    let data = DataDir::take(&options.data)?;
    if data.is_member() {
        let known = data.membership(Role::Node).map(|membership| membership.desk).unwrap_or_else(|_| "a hub".to_owned());
        bail!("{} belongs to {known} already; start it with `apron node run --data {0}`, or name a new --data", options.data.display());
    }
    let (key, request) = NodeKey::create().context("the key cannot be made")?;
    let time = TimeSource::new(|| clock::now_ms() / 1000);
    let granted = transport::join(&code, &request, None, time).await?;
    let welcome: Welcome = serde_json::from_slice(&granted.extra)
        .map_err(|_| anyhow!("the hub answered in a way that this version does not know; bring hub and desk to the same version"))?;
    let identity = Identity::new(key, granted.certificate_der, granted.ca_der).context("the hub's certificate does not hold")?;
    identity.save(&data.identity()).context("the identity cannot be kept")?;
    data.write_membership(&welcome.membership)?;
    Ok(welcome.membership)
}

/// The zone that was named, or that of the airport.
fn zone_of(options: &HubInvite) -> Result<String> {
    let listed = || {
        let code = options.station.parse().ok()?;
        airport_table::airport(code).map(|airport| airport.zone.to_string())
    };
    let Some(zone) = options.zone.clone().or_else(listed) else {
        bail!("the airport table does not know {:?}; correct --station, or name its time zone with --zone", options.station);
    };
    if zone.parse::<chrono_tz::Tz>().is_err() {
        bail!("{zone:?} is not a time zone; expected for example Asia/Shanghai");
    }
    Ok(zone)
}

/// The numbers that belong to desk `number` and to nobody else. Sequences lie above the range that hosts use.
fn blocks(number: u16) -> Blocks {
    let wide = u32::from(number);
    Blocks { tag_serials: block(wide, 10_000), sequences: 1000 + number * 80..1000 + (number + 1) * 80, files: block(wide, 1_000) }
}

fn block(number: u32, size: u32) -> Range<u32> {
    number * size..(number + 1) * size
}

/// Numbers desks from 1 on; a number is used up by its invitation, whether or not somebody joins with it.
fn next_desk(hub: &Path) -> Result<u16> {
    let path = hub.join("authority").join("desks");
    let last: u16 = std::fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let next = last + 1;
    if next > DESKS_MAX {
        bail!("all {DESKS_MAX} desk numbers of this installation are given out");
    }
    let half = path.with_extension("new");
    std::fs::write(&half, next.to_string())
        .and_then(|()| std::fs::rename(&half, &path))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(next)
}

fn hub_membership(hub: &Path) -> Result<Membership> {
    let file = hub.join("membership.json");
    let text =
        std::fs::read(&file).with_context(|| format!("{} is no hub's data directory; make one with `apron hub init --data DIR`", hub.display()))?;
    let membership: Membership = serde_json::from_slice(&text).with_context(|| format!("{} is damaged", file.display()))?;
    if membership.role != Role::Hub {
        bail!("{} belongs to a desk; invitations are made on the hub's data directory", hub.display());
    }
    Ok(membership)
}

fn drawn<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).map_err(|_| anyhow!("the system gives no random numbers"))?;
    Ok(bytes)
}
