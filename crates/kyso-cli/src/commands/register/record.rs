//! The file of the record that lies beside a result.

use std::io::Write as _;
use std::path::Path;

use kyso::Bilingual;
use kyso_certification::metadata::Metadata;

use super::defect;
use crate::failure::Failure;
use crate::input;
use crate::output::Output;
use crate::text::{json_fault, plain};

/// Larger than any record.
const LIMIT: u64 = 1 << 20;

/// Reads a record.
pub(crate) fn read(path: &Path) -> Result<Metadata, Failure> {
    let text = input::small_text(path, LIMIT)?;
    serde_json::from_str(&text).map_err(|error| {
        let (name, Bilingual { vi, en }) = (plain(&path.display().to_string()), json_fault(&error));
        Failure::usage(
            format!("{name}: không phải dữ liệu đặc tả của kết quả chứng thực: {vi}."),
            format!("{name}: no record of a certification result: {en}."),
        )
    })
}

/// Replaces a record: the old one stays until the new one is whole.
pub(crate) fn write(output: &Output, record: &Metadata) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(record).map_err(defect)?;
    output.write(|sink| writeln!(sink, "{json}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn what_is_no_record_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ket-qua.json");
        std::fs::write(&path, "{\"DocCode\": 7}").unwrap();
        let failure = read(&path).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.in_language(kyso::Language::English).contains("ket-qua.json: no record"));
    }
}
