//! A client of the service: `service_client BASE_URL TOKEN KEY IN.pdf OUT.pdf IDEMPOTENCY_KEY`. The file is signed with the
//! key of that name; asked again under the same idempotency key, the service gives the same answer and signs nothing.
//! The token is the argument of an example: a program of yours takes it from a file or the environment.

use std::error::Error;

const BOUNDARY: &str = "kyso-example-5f3c1d";

fn main() -> Result<(), Box<dyn Error>> {
    let [base, token, key, input, output, once] = arguments("BASE_URL TOKEN KEY IN.pdf OUT.pdf IDEMPOTENCY_KEY")?;
    let pdf = std::fs::read(input)?;
    let parameters = serde_json::json!({ "key": key, "reason": "Chứng thực chữ ký" }).to_string();
    let body = [
        part("file\"; filename=\"in.pdf", "application/pdf", &pdf),
        part("parameters", "application/json", parameters.as_bytes()),
        format!("--{BOUNDARY}--\r\n").into_bytes(),
    ];

    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent
        .post(format!("{base}/api/v1/sign"))
        .header("Authorization", format!("Bearer {token}"))
        .header("Idempotency-Key", once)
        .header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .send(body.concat())?;
    let bytes = answer.body_mut().with_config().limit(64 << 20).read_to_vec()?;
    if answer.status() != 201 {
        // application/problem+json (RFC 9457): what is wrong, and what to do.
        return Err(format!("{}: {}", answer.status(), String::from_utf8_lossy(&bytes)).into());
    }
    std::fs::write(&output, bytes)?;
    let artifact = answer.headers().get("Kyso-Artifact").and_then(|id| id.to_str().ok()).unwrap_or_default();
    println!("{output}: kept as artifact {artifact}");
    Ok(())
}

/// A part of a form (RFC 7578).
fn part(name: &str, kind: &str, content: &[u8]) -> Vec<u8> {
    let head =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn arguments<const N: usize>(usage: &str) -> Result<[String; N], String> {
    std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| format!("usage: {usage}"))
}
