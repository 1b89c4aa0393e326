//! Who is signed in at the screens of this node. Kept in memory: after a restart a badge scan or a PIN opens the desk again.

use std::collections::BTreeMap;

use ring::digest;
use schemas::record::fact::StaffNumber;

/// A session ends after this however busy it is: a long shift.
const SHIFT_MS: i64 = 14 * 60 * 60 * 1000;

/// Sessions at once; of more, the one that was quiet longest ends.
const SESSIONS_MAX: usize = 256;

/// What a browser carries: 64 hexadecimal digits of chance.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// What somebody has shown to prove who they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shown {
    pub badge: bool,
    /// A password or PIN.
    pub secret: bool,
}

/// A person at a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub number: StaffNumber,
    /// Since the screen was last opened.
    pub shown: Shown,
    pub since_ms: i64,
    /// When the person last did something; looking on by itself does not count.
    pub seen_ms: i64,
    /// Set until the person proves again who they are.
    pub locked: bool,
}

/// That a session is locked, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked(pub StaffNumber);

/// All sessions of this node.
#[derive(Debug)]
pub struct Sessions {
    /// By the hash of the token: who reads this memory cannot sign in with it.
    open: BTreeMap<[u8; 32], Session>,
    /// A session that does nothing for this long is locked.
    idle_ms: i64,
}

impl Token {
    pub fn new(drawn: &[u8; 32]) -> Self {
        Self(drawn.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// What a browser sent; nothing where it has not the form of a token.
    pub fn read(text: &str) -> Option<Self> {
        (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(digest::digest(&digest::SHA256, self.0.as_bytes()).as_ref());
        key
    }
}

impl Shown {
    pub fn both(self) -> bool {
        self.badge && self.secret
    }

    #[must_use]
    pub fn and(self, more: Self) -> Self {
        Self { badge: self.badge || more.badge, secret: self.secret || more.secret }
    }
}

impl Sessions {
    pub fn new(idle_ms: i64) -> Self {
        Self { open: BTreeMap::new(), idle_ms }
    }

    /// Begins a session, or opens a locked one of this browser: another person's ends.
    pub fn begin(&mut self, token: &Token, number: StaffNumber, shown: Shown, now_ms: i64) {
        self.tidy(now_ms);
        if self.open.len() >= SESSIONS_MAX {
            let quiet = self.open.iter().min_by_key(|(_, session)| session.seen_ms).map(|(key, _)| *key);
            quiet.map(|key| self.open.remove(&key));
        }
        self.open.insert(token.key(), Session { number, shown, since_ms: now_ms, seen_ms: now_ms, locked: false });
    }

    /// The session of a browser. `acts` says whether the person did something, which keeps it open.
    pub fn look(&mut self, token: &Token, acts: bool, now_ms: i64) -> Option<Session> {
        let key = token.key();
        let idle_ms = self.idle_ms;
        let session = self.open.get_mut(&key)?;
        if now_ms.saturating_sub(session.since_ms) >= SHIFT_MS {
            self.open.remove(&key);
            return None;
        }
        if now_ms.saturating_sub(session.seen_ms) >= idle_ms {
            session.locked = true;
        }
        if acts && !session.locked {
            session.seen_ms = now_ms;
        }
        Some(session.clone())
    }

    /// Ends this browser's session for the next one; what the same person had shown while it was open still counts.
    pub fn follow(&mut self, token: &Token, number: &StaffNumber, now_ms: i64) -> Shown {
        let before = self.look(token, false, now_ms);
        self.end(token);
        before.filter(|session| !session.locked && session.number == *number).map_or_else(Shown::default, |session| session.shown)
    }

    pub fn lock(&mut self, token: &Token) {
        if let Some(session) = self.open.get_mut(&token.key()) {
            session.locked = true;
        }
    }

    pub fn end(&mut self, token: &Token) {
        self.open.remove(&token.key());
    }

    /// Everybody who is signed in, whoever was seen last first.
    pub fn all(&self) -> Vec<Session> {
        let mut all: Vec<_> = self.open.values().cloned().collect();
        all.sort_by_key(|session| std::cmp::Reverse(session.seen_ms));
        all
    }

    /// Milliseconds until a session locks by itself.
    pub fn locks_in_ms(&self, session: &Session, now_ms: i64) -> i64 {
        session.seen_ms.saturating_add(self.idle_ms).saturating_sub(now_ms).max(0)
    }

    fn tidy(&mut self, now_ms: i64) {
        self.open.retain(|_, session| now_ms.saturating_sub(session.since_ms) < SHIFT_MS);
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn number(text: &str) -> StaffNumber {
        text.parse().unwrap()
    }

    #[test]
    fn a_session_locks_when_nobody_does_anything_and_stays_that_persons() {
        let mut sessions = Sessions::new(10 * MINUTE);
        let token = Token::new(&[1; 32]);
        sessions.begin(&token, number("4711"), Shown::default(), 0);
        assert!(!sessions.look(&token, true, 9 * MINUTE).unwrap().locked);
        assert!(!sessions.look(&token, false, 18 * MINUTE).unwrap().locked, "what was done at 9 counts");
        assert!(sessions.look(&token, false, 19 * MINUTE).unwrap().locked, "looking on does not");
        assert!(sessions.look(&token, true, 20 * MINUTE).unwrap().locked, "acting does not open it");
        sessions.begin(&token, number("4711"), Shown::default(), 21 * MINUTE);
        assert!(!sessions.look(&token, true, 22 * MINUTE).unwrap().locked);
        sessions.lock(&token);
        assert_eq!(sessions.look(&token, true, 22 * MINUTE).map(|session| (session.number, session.locked)), Some((number("4711"), true)));
        sessions.end(&token);
        assert_eq!(sessions.look(&token, true, 22 * MINUTE), None);
    }

    #[test]
    fn a_session_ends_with_the_shift_and_sessions_are_bounded() {
        let mut sessions = Sessions::new(i64::MAX);
        let token = Token::new(&[1; 32]);
        sessions.begin(&token, number("4711"), Shown::default(), 0);
        assert!(sessions.look(&token, true, SHIFT_MS - 1).is_some());
        assert!(sessions.look(&token, true, SHIFT_MS).is_none());
        for n in 0..1000_u16 {
            let mut drawn = [0; 32];
            drawn[..2].copy_from_slice(&n.to_le_bytes());
            sessions.begin(&Token::new(&drawn), number("4712"), Shown::default(), i64::from(n));
        }
        assert_eq!(sessions.all().len(), SESSIONS_MAX);
    }

    #[test]
    fn what_a_person_showed_counts_until_the_screen_is_locked_or_somebody_else_comes() {
        let (badge, secret) = (Shown { badge: true, secret: false }, Shown { badge: false, secret: true });
        let (first, second) = (Token::new(&[1; 32]), Token::new(&[2; 32]));
        let mut sessions = Sessions::new(10 * MINUTE);
        sessions.begin(&first, number("4711"), badge, 0);
        assert_eq!(sessions.follow(&first, &number("4712"), MINUTE), Shown::default());
        assert_eq!(sessions.look(&first, false, MINUTE), None);
        sessions.begin(&first, number("4711"), badge, 0);
        let shown = sessions.follow(&first, &number("4711"), MINUTE).and(secret);
        assert!(shown.both());
        sessions.begin(&second, number("4711"), shown, MINUTE);
        assert!(!sessions.follow(&second, &number("4711"), 12 * MINUTE).both(), "it locked meanwhile");
        assert_eq!(sessions.follow(&second, &number("4711"), 12 * MINUTE), Shown::default());
    }

    #[test]
    fn only_tokens_have_the_form_of_a_token() {
        assert!(Token::read(Token::new(&[0xab; 32]).as_str()).is_some());
        for wrong in ["", "4711", &"g".repeat(64), &"a".repeat(65)] {
            assert!(Token::read(wrong).is_none());
        }
        assert!(!format!("{:?}", Token::new(&[0xab; 32])).contains("ab"));
    }
}
