//! Makes an installation at its hub, invites desks into it, and joins them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use schemas::standards::airport::AirportCode;
use schemas::standards::airport_table;
use schemas::station::Blocks;
use serde::{Deserialize, Serialize};
use sync::identity::{Authority, Grant, Identity, NodeKey, SCREEN_AUTHORITY_FILE, ScreenAuthority, fingerprint, pem};
use sync::transport::{self, Invites, JoinCode, JoinGrant, JoinRefusal, JoinService, ScreenService, TimeSource};

use crate::cli::{HubInit, HubInvite, NodeJoin};
use crate::clock;
use crate::data::{DataDir, Membership, Role, write_private};
use crate::screen_names::ScreenNames;

/// Desks that an installation can number, and a station of it: each desk has its own block of everything that is numbered.
const DESKS_MAX: u16 = 99;
const STATION_DESKS_MAX: u16 = 29;

/// What a desk is told beside its certificate.
#[derive(Serialize, Deserialize)]
struct Welcome {
    membership: Membership,
}

/// The key of this device: kept before the hub is asked, so that the same code works again if the answer was lost.
fn own_key(data: &DataDir) -> Result<(NodeKey, Vec<u8>)> {
    if let Ok(key) = NodeKey::load(&data.identity()) {
        let request = key.request().context("the key that is kept here cannot be used; join into a new directory")?;
        return Ok((key, request));
    }
    let (key, request) = NodeKey::create().context("the key cannot be made")?;
    key.save(&data.identity()).context("the key cannot be kept")?;
    Ok((key, request))
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
    ScreenAuthority::open(&data.authority(), &authority, now).context("the authority of the screens cannot be made")?;
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
        blocks: blocks(DeskNumber { of_all: 0, at_station: 0 }),
        hub: None,
        practice: options.practice,
    };
    data.write_membership(&membership)
}

/// Makes a join code. May run beside the running hub, which reads invitations from the same folder.
pub fn invite(options: &HubInvite) -> Result<JoinCode> {
    let zone = zone_of(options)?;
    let membership: Membership = hub_membership(&options.data)?;
    let authority = Authority::load(&options.data.join("authority")).context("the installation's authority cannot be read")?;
    let invites = Invites::open(&options.data.join("invites")).context("invitations cannot be kept")?;
    let grant = Grant::node(&options.desk, &options.station, &options.carriers)?;
    let grant = if options.no_sensitive { grant.without_sensitive() } else { grant };
    let number = next_desk(&options.data, &options.station)?;
    let welcome = Welcome {
        membership: Membership {
            role: Role::Node,
            desk: options.desk.clone(),
            station: Some(options.station.clone()),
            zone: Some(zone),
            secret: membership.secret,
            blocks: blocks(number),
            hub: Some(options.address.clone()),
            practice: membership.practice,
        },
    };
    let extra = serde_json::to_vec(&welcome).context("the invitation cannot be written")?;
    let secret = invites.create(&grant, &extra, clock::now_ms() / 1000).context("the invitation cannot be made")?;
    Ok(JoinCode::new(&options.address, authority.ca_key_hash(), secret)?)
}

/// The authority that devices of the network are to trust, as people and devices read it.
pub struct ShownAuthority(Vec<u8>);

impl ShownAuthority {
    pub fn new(der: Vec<u8>) -> Self {
        Self(der)
    }

    /// For devices, RFC 7468.
    pub fn pem(&self) -> String {
        pem(&self.0)
    }

    /// SHA-256, as browsers show it.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.0)
    }

    /// What to do with it.
    pub fn steps(&self) -> String {
        format!(
            "The authority of this installation's screens. SHA-256 fingerprint:\n  {}\n\
             1. Save it:       apron authority --data DIR > apron-screens.crt\n\
             2. Bring it to each device that shows the screens, and compare the fingerprint there with the one above.\n\
             3. Let it be trusted for websites:\n\
             \x20  Debian, Ubuntu  cp apron-screens.crt /usr/local/share/ca-certificates/ && update-ca-certificates\n\
             \x20  Chromium kiosk  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Apron -i apron-screens.crt\n\
             \x20  Firefox         policies.json: {{\"policies\":{{\"Certificates\":{{\"Install\":[\"/etc/apron-screens.crt\"]}}}}}}\n\
             \x20  Windows         certutil -addstore Root apron-screens.crt\n\
             \x20  Android         Settings, Security, Install a certificate, CA certificate\n\
             \x20  iOS, iPadOS     install the profile, then Settings, General, About, Certificate Trust Settings\n\
             4. Open https://NAME:PORT with a name from `names` under [screens]. The lock shows, and nothing warns.\n",
            self.fingerprint()
        )
    }
}

/// The authority of the screens as it is kept at the hub, or at a node whose screens have a certificate.
pub fn screen_authority(data: &Path) -> Result<ShownAuthority> {
    let places = [data.join("authority").join(SCREEN_AUTHORITY_FILE), data.join("screens").join("authority.crt")];
    for place in &places {
        match std::fs::read(place) {
            Ok(der) => return Ok(ShownAuthority(der)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", place.display())),
        }
    }
    bail!(
        "{} holds no authority of screens; name the hub's data directory, or start this node once with [screens] in its configuration while the hub is reached",
        data.display()
    )
}

/// Answers desks that want to join, and members that ask for a certificate of their screens.
pub fn join_service(data: &DataDir, screens: Arc<ScreenNames>) -> Result<JoinService> {
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
    })
    .with_screens(ScreenService::new(move |request| screens.grant(&request))))
}

/// Joins an installation: makes the key here, gets it certified, and keeps what the hub says.
pub async fn join(options: &NodeJoin) -> Result<Membership> {
    let code: JoinCode = options.code.parse()?;
    let data = DataDir::take(&options.data)?;
    if data.is_member() {
        let known = data.membership(Role::Node).map(|membership| membership.desk).unwrap_or_else(|_| "a hub".to_owned());
        bail!("{} belongs to {known} already; start it with `apron node run --data {0}`, or name a new --data", options.data.display());
    }
    let (key, request) = own_key(&data)?;
    let time = TimeSource::new(|| clock::now_ms() / 1000);
    let granted = transport::join(&code, &request, None, time).await?;
    let welcome: Welcome = serde_json::from_slice(&granted.extra)
        .map_err(|_| anyhow!("the hub answered in a way that this version does not know; bring hub and desk to the same version"))?;
    let identity = Identity::new(key, granted.certificate_der, granted.ca_der).context("the hub's certificate does not hold")?;
    identity.save(&data.identity()).context("the identity cannot be kept")?;
    data.write_membership(&welcome.membership)?;
    Ok(welcome.membership)
}

/// The stations to which desks were invited, in order, for the hub; nothing where that cannot be read now.
pub fn stations(hub: &Path) -> Option<Vec<AirportCode>> {
    let numbered = match std::fs::read(hub.join("authority").join("desks.json")) {
        Ok(text) => serde_json::from_slice(&text).ok()?,
        Err(error) if error.kind() == ErrorKind::NotFound => Numbered::default(),
        Err(_) => return None,
    };
    Some(numbered.at_station.keys().filter_map(|code| code.parse().ok()).collect())
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

/// The numbers of a desk: which one it is of all, and which at its station.
#[derive(Debug, Clone, Copy)]
struct DeskNumber {
    of_all: u16,
    at_station: u16,
}

/// How many desks were numbered, in all and at each station.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbered {
    of_all: u16,
    at_station: BTreeMap<String, u16>,
}

/// The numbers that belong to one desk and to nobody else. Serials of tags are one row for the whole installation, sequences and files are counted at
/// each station; sequences lie above the range that hosts use, and one desk's are enough for a whole flight.
fn blocks(number: DeskNumber) -> Blocks {
    let (of_all, at_station) = (u32::from(number.of_all), u32::from(number.at_station));
    Blocks {
        tag_serials: block(of_all, 10_000),
        sequences: 1000 + number.at_station * 300..1000 + (number.at_station + 1) * 300,
        files: block(at_station, 3_000),
    }
}

fn block(number: u32, size: u32) -> Range<u32> {
    number * size..(number + 1) * size
}

/// Numbers desks from 1 on; a number is used up by its invitation, whether or not somebody joins with it.
fn next_desk(hub: &Path, station: &str) -> Result<DeskNumber> {
    let folder = hub.join("authority");
    let turn = File::options().create(true).truncate(false).write(true).open(folder.join("desks.lock")).context("the desks cannot be numbered")?;
    turn.lock().context("the desks cannot be numbered")?;
    let path = folder.join("desks.json");
    let mut numbered: Numbered = match std::fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text)
            .with_context(|| format!("{} is damaged; restore it from a backup, or numbers could be given twice", path.display()))?,
        Err(error) if error.kind() == ErrorKind::NotFound => Numbered::default(),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    let here = numbered.at_station.entry(station.to_owned()).or_default();
    if *here >= STATION_DESKS_MAX || numbered.of_all >= DESKS_MAX {
        bail!("all numbers are given out: {STATION_DESKS_MAX} desks at a station, {DESKS_MAX} in the installation");
    }
    *here += 1;
    numbered.of_all += 1;
    let number = DeskNumber { of_all: numbered.of_all, at_station: *here };
    write_private(&path, &serde_json::to_vec(&numbered).context("the desks cannot be numbered")?)?;
    Ok(number)
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

/// Chance from the system.
pub(crate) fn drawn<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).map_err(|_| anyhow!("the system gives no random numbers"))?;
    Ok(bytes)
}
