//! Closing a scope: what the hub writes into it last.

use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::Refusal;
use crate::record::tracing::Stage;
use crate::said::{Said, said};
use crate::scope::{ScopeId, ScopeKind};

/// As long as a reason may be, in characters; and as many desks as may be lost at once, each named within so many bytes.
const REASON_MAX: usize = 200;
const LOST_MAX: usize = 100;
const NAME_MAX: usize = 24;

impl Station {
    /// Whether the hub may close it now is for the node to say, which knows what its desks hold.
    pub(super) fn close_scope(&self, scope: &ScopeId, reason: &str, lost: &[String], context: &Context) -> Result<Decision, Refusal> {
        if self.setting.station.is_some() {
            return Err(Refusal::new("hub-only", "Only the hub closes records.", "Close them at the hub.", 403));
        }
        let refused = |words: Said, remedy: &str| Err(Refusal::new("scope-stays-open", words, remedy, 422));
        if matches!(scope.kind(), ScopeKind::Network { .. }) {
            return refused(said!("own", "The installation's own records are not closed."), "Name a day or a month of a station.");
        }
        // At the hub it is the day of UTC; the station's own may end half a day later.
        if !scope.is_over(context.today.pred_opt().unwrap_or_default()) {
            return refused(said!("not-over", "{scope} is not over.", scope = *scope), "Close it when the day or the month is past.");
        }
        let open = self.open_reports(scope);
        if open > 0 {
            let words = said!("reports", "Open in {scope}: {count}.", scope = *scope, count = words::count(open, "report", "reports"));
            return refused(words, "Close each report first, or say that its bag was delivered.");
        }
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_MAX {
            return refused(said!("reason", "Records are closed for a reason, in at most 200 characters."), "Give the reason.");
        }
        if lost.len() > LOST_MAX || lost.iter().any(|name| name.is_empty() || name.len() > NAME_MAX) {
            return refused(
                said!("lost", "The desks that are lost are not named as they are known here."),
                "Name each as in the list, such as PVG C2.",
            );
        }
        let mut draft = Draft::new(context);
        draft.edit(scope, self.ids.scope(scope)).say("kind", "scope").say("scope", scope).say("reason", reason).say("lost", lost.join(", "));
        let answer = json!({ "tone": "green", "message": format!("{scope} is closed."), "todo": [], "scope": scope });
        Ok(draft.decision(answer, format!("closed {scope}")))
    }

    /// Reports of a month whose bags are still looked for, or lie here unclaimed.
    fn open_reports(&self, scope: &ScopeId) -> usize {
        self.cases.values().filter(|(known, case)| known == scope && case.tracing.stage < Stage::Delivered).count()
    }
}
