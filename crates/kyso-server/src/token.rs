//! API tokens: who asks. The service knows only the SHA-256 of a secret that is itself 256 random bits.

use kyso::crypto::{hex, same};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::config::{TokenConfig, TokenRole};

const PREFIX: &str = "kyso_";

/// A token that was just made.
pub struct NewToken {
    /// The secret that the bearer sends. Nobody else keeps it.
    pub secret: Zeroizing<String>,
    /// What the configuration keeps, lower-case hex.
    pub sha256: String,
}

impl NewToken {
    /// A secret of 256 random bits.
    ///
    /// # Errors
    /// Where the system has no random bytes to give.
    pub fn generate() -> std::io::Result<Self> {
        let mut random = Zeroizing::new([0_u8; 32]);
        getrandom::fill(random.as_mut_slice())?;
        let secret = Zeroizing::new(format!("{PREFIX}{}", hex(random.as_slice())));
        let sha256 = hex(&Sha256::digest(secret.as_bytes()));
        Ok(Self { secret, sha256 })
    }
}

/// A known caller.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) name: String,
    /// Whose idempotency keys it has: an id that stays when the token is renamed.
    pub(crate) principal: String,
    pub(crate) role: TokenRole,
    keys: Option<Vec<String>>,
    sha256: [u8; 32],
}

impl Token {
    /// Whether the token's own list allows the key of this name.
    pub(crate) fn lists(&self, key: &str) -> bool {
        self.keys.as_ref().is_none_or(|keys| keys.iter().any(|listed| listed == key))
    }

    /// What logs call it: nobody's name.
    pub(crate) fn pseudonym(&self) -> String {
        hex(self.sha256.get(..4).unwrap_or_default())
    }
}

/// All known callers.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Vec<std::sync::Arc<Token>>);

impl Tokens {
    /// From the configuration, which was checked, and the callers' ids in the same order.
    pub(crate) fn new(configured: &[TokenConfig], principals: Vec<String>) -> Self {
        let token = |(token, principal): (&TokenConfig, String)| {
            let sha256 = parse_sha256(&token.sha256)?;
            let (name, keys) = (token.name.clone(), token.keys.clone());
            Some(Token { name, principal, role: token.role, keys, sha256 }.into())
        };
        Self(configured.iter().zip(principals).filter_map(token).collect())
    }

    /// Whose secret this is. Every token is looked at and every byte compared, whatever the outcome.
    pub(crate) fn bearer(&self, secret: &[u8]) -> Option<std::sync::Arc<Token>> {
        let presented: [u8; 32] = Sha256::digest(secret).into();
        let mut found = None;
        for token in &self.0 {
            if same(&token.sha256, &presented) {
                found = Some(token.clone());
            }
        }
        found
    }
}

/// 64 hex digits.
pub(crate) fn parse_sha256(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(new: &NewToken) -> Tokens {
        let keys = Some(vec!["chu-tich".into()]);
        let sha256 = new.sha256.to_uppercase();
        let token = TokenConfig { name: "a".into(), role: TokenRole::Leader, sha256, keys };
        Tokens::new(&[token], vec!["a".into()])
    }

    #[test]
    fn a_new_token_is_recognised_and_no_other() {
        let (new, other) = (NewToken::generate().unwrap(), NewToken::generate().unwrap());
        let tokens = tokens(&new);
        assert_eq!(tokens.bearer(new.secret.as_bytes()).unwrap().name, "a");
        assert!(tokens.bearer(other.secret.as_bytes()).is_none());
        assert!(tokens.bearer(new.sha256.as_bytes()).is_none());
        assert!(tokens.bearer(b"").is_none());
    }

    #[test]
    fn its_list_limits_it() {
        let new = NewToken::generate().unwrap();
        let token = tokens(&new).bearer(new.secret.as_bytes()).unwrap();
        assert!(token.lists("chu-tich"));
        assert!(!token.lists("pho-chu-tich"));
    }

    #[test]
    fn a_hash_has_64_hex_digits() {
        assert!(parse_sha256(&"aB".repeat(32)).is_some());
        for wrong in ["", "ab", &"zz".repeat(32), &"+1".repeat(32), &"ab".repeat(33)] {
            assert!(parse_sha256(wrong).is_none(), "{wrong}");
        }
    }
}
