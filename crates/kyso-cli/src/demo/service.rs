//! The demo's service: a configuration over the demo's own keys, register and roster, and tokens for those who act.

use kyso_server::NewToken;

use super::directory::{
    AGENCY, ARCHIVE, LEADER_KEY, PASSWORD, ROOT, ROSTER, SEAL_KEY, SEAL_PICTURE, SIGNATURE_PICTURE,
};
use super::pictures::{SEAL_WIDTH_MM, SIGNATURE_WIDTH_MM};
use crate::defect::Defect;

/// Names of the shell's variables that hold the tokens, and the roles for which they're.
const CALLERS: [(&str, &str); 3] = [("LEADER", "leader"), ("CLERK", "clerk"), ("OFFICER", "officer")];

/// `kyso.toml`, and the tokens as a shell reads them.
pub(crate) struct Service {
    pub(crate) configuration: String,
    pub(crate) tokens: String,
}

impl Service {
    /// With new tokens.
    pub(crate) fn new() -> Result<Self, Defect> {
        let mut configuration = format!(
            "# Dịch vụ MẪU của kyso demo: kyso serve --config kyso.toml\n\
             listen = \"127.0.0.1:8484\"\n\
             data_dir = \"du-lieu\"\n\
             trust = [\"{ROOT}\"]\n\
             roster = \"{ROSTER}\"\n\
             \n\
             [certification]\n\
             register = \"{ARCHIVE}\"\n\
             agency = \"{AGENCY}\"\n"
        );
        for (name, role, key, image, picture, width) in [
            ("chu-tich", "leader", LEADER_KEY, "chu-ky", SIGNATURE_PICTURE, SIGNATURE_WIDTH_MM),
            ("co-quan", "seal", SEAL_KEY, "con-dau", SEAL_PICTURE, SEAL_WIDTH_MM),
        ] {
            configuration += &format!(
                "\n[[key]]\nname = \"{name}\"\nrole = \"{role}\"\np12 = \"{key}\"\npass_file = \"{PASSWORD}\"\n\
                 [[key.image]]\nname = \"{image}\"\nfile = \"{picture}\"\nwidth_mm = {width}\n"
            );
        }
        let mut tokens = String::from("# Mã truy cập MẪU, để thử: . ./ma-truy-cap\n");
        for (variable, role) in CALLERS {
            let token = NewToken::generate()?;
            configuration +=
                &format!("\n[[token]]\nname = \"{role} (MẪU)\"\nrole = \"{role}\"\nsha256 = \"{}\"\n", token.sha256);
            tokens += &format!("{variable}={}\n", token.secret.as_str());
        }
        Ok(Self { configuration, tokens })
    }
}
