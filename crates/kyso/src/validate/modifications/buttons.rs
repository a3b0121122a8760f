//! Buttons: their state is their value, and what is drawn is their state.

use super::Comparison;
use super::compare::{Deep, keys};
use crate::error::Error;
use crate::pdf::{Appearance, AppearanceState, ButtonAppearance, Dictionary, FormNode, Object};

impl Comparison<'_, '_, '_> {
    /// Whether a button is in the state that its value names, and no other is.
    pub(super) fn has_its_state(&self, is: &FormNode, before: &Dictionary, now: &Dictionary) -> Result<bool, Error> {
        if is.is_push_button() {
            return Ok(true);
        }
        let value = match is.value.as_ref().map(|value| self.now.resolve(value)).transpose()? {
            Some(Object::Name(value)) => Some(value),
            // Some programs (pypdf) write the name as a string, slash and all.
            Some(Object::String(value, _)) => Some(value.strip_prefix(b"/").map_or(value.clone(), <[u8]>::to_vec)),
            _ => None,
        }
        .filter(|value| value != b"Off");
        let kids = self.now.items(now.get(b"Kids").ok())?;
        if !kids.is_empty() && !now.has(b"Rect") {
            let Some(value) = value else { return Ok(true) };
            let mut some = false;
            for kid in &kids {
                let Object::Dictionary(kid) = self.now.resolve_value(kid)? else { continue };
                let states = Appearance::states(self.now, &kid)?;
                // Fields below it have their own values.
                if kid.has(b"T") || states.has(&value) {
                    return Ok(true);
                }
                some |= !states.is_empty();
            }
            return Ok(!some);
        }
        let state = match AppearanceState::of(now) {
            AppearanceState::Named(state) => Some(state),
            // Viewers differ in which of several states they draw: what was signed without one stays so, and none is
            // taken away.
            AppearanceState::None
                if AppearanceState::of(before) == AppearanceState::None
                    || !matches!(Appearance::normal(self.now, now)?, Appearance::States(_)) =>
            {
                None
            }
            _ => return Ok(false),
        };
        let is_off = state.is_none_or(|state| state == b"Off");
        let Some(value) = value else { return Ok(is_off) };
        let states = Appearance::states(self.now, now)?;
        let is_kid = now.has(b"Parent") && !now.has(b"T");
        Ok(match states.has(&value) {
            true => state.is_some_and(|state| state == value),
            false if states.is_empty() => state.is_none_or(|state| state == value || is_kid && state == b"Off"),
            false => is_kid && is_off,
        })
    }

    /// Buttons choose among the appearances that were signed. One that is drawn anew shows what its state says: a mark
    /// where it's on, and none where it's off.
    pub(super) fn shows_its_states(&self, is: &FormNode, before: &Dictionary, now: &Dictionary) -> Result<bool, Error> {
        let mut deep = Deep::new(self.before, self.now);
        // Nothing is seen of a button without area, and nothing is said.
        if deep.same(before.get(b"AP").ok(), now.get(b"AP").ok())? || self.now.rectangle(now, b"Rect")?.is_none() {
            return Ok(true);
        }
        let was = self.before.dictionary(before, b"AP").unwrap_or_default();
        let widget = now;
        let now = match self.now.get(widget, b"AP") {
            Ok(Object::Dictionary(now)) => now,
            _ => return Ok(false),
        };
        for key in keys(&was, &now) {
            let (drawn_before, drawn) = (was.get(&key).ok(), now.get(&key).ok());
            // Without an appearance of its own for the mouse, a button shows its normal one.
            if deep.same(drawn_before, drawn)? || drawn.is_none() && key != b"N" {
                continue;
            }
            let (before, Object::Dictionary(drawn)) = (self.before.get(&was, &key)?, self.now.get(&now, &key)?) else {
                return Ok(false);
            };
            let before = match before {
                Object::Dictionary(before) => before,
                _ => Dictionary::new(),
            };
            // Each state that was drawn stays, and none comes to it.
            let gone = before.iter().any(|(state, _)| !drawn.has(state));
            if gone || is.is_push_button() || !was.is_empty() && keys(&before, &drawn).len() != before.len() {
                return Ok(false);
            }
            for (state, form) in drawn.iter() {
                if deep.same(before.get(state).ok(), Some(form))? {
                    continue;
                }
                let wanted = if state == b"Off" { ButtonAppearance::Off } else { ButtonAppearance::On };
                let Ok(form) = form.as_reference() else { return Ok(false) };
                if ButtonAppearance::of(self.now, form, widget)? != wanted {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
