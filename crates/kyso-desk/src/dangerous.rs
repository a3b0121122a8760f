//! The ways round the rules of sealing, by a name that can be looked for, as in [`kyso::dangerous`]. Whoever takes one answers
//! for what the rule would have kept out.

/// Which rule of sealing is gone round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waived {
    /// That a leader's signature lies under the seal ([`kyso::dangerous::seal_unsigned`]).
    Signature,
    /// That the leader's certificate leads to somebody who is trusted ([`kyso::dangerous::seal_untrusted`]).
    Trust,
}
