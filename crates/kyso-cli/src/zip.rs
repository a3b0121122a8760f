//! ZIP files that are written: nothing compressed, no times of this computer, so that the same files give the same bytes (APPNOTE 6.3, 4.3).

use std::io::{self, Write};

/// 1980-01-01, the first day that a ZIP file can name.
const FIRST_DAY: u16 = 0x0021;
/// Names are UTF-8 (4.4.4, bit 11).
const UTF_8: u16 = 1 << 11;
/// Version 2.0 reads it (4.4.3).
const VERSION: u16 = 20;

/// Writes files one after another, and then their directory.
#[derive(Debug)]
pub(crate) struct Zip<W> {
    sink: W,
    at: u64,
    directory: Vec<u8>,
    count: u64,
}

impl<W: Write> Zip<W> {
    pub(crate) fn new(sink: W) -> Self {
        Self { sink, at: 0, directory: Vec::new(), count: 0 }
    }

    /// Adds a file. Its name has `/` between directories.
    pub(crate) fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let too_large = |_| io::Error::from(io::ErrorKind::FileTooLarge);
        let (start, size) =
            (u32::try_from(self.at).map_err(too_large)?, u32::try_from(content.len()).map_err(too_large)?);
        let length = u16::try_from(name.len()).map_err(too_large)?;
        let mut facts = Vec::new();
        for value in [VERSION, UTF_8, 0, 0, FIRST_DAY] {
            facts.extend(value.to_le_bytes());
        }
        for value in [crc32(content), size, size] {
            facts.extend(value.to_le_bytes());
        }
        facts.extend(length.to_le_bytes());
        facts.extend([0, 0]);
        let mut header = b"PK\x03\x04".to_vec();
        header.extend(&facts);
        header.extend(name.as_bytes());
        self.sink.write_all(&header)?;
        self.sink.write_all(content)?;
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&facts);
        // No comment, the first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(start.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.count += 1;
        self.at += header.len() as u64 + u64::from(size);
        Ok(())
    }

    /// Writes the directory of all that was added.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let too_large = |_| io::Error::from(io::ErrorKind::FileTooLarge);
        let count = u16::try_from(self.count).map_err(too_large)?;
        let (start, size) =
            (u32::try_from(self.at).map_err(too_large)?, u32::try_from(self.directory.len()).map_err(too_large)?);
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.extend(count.to_le_bytes());
        end.extend(count.to_le_bytes());
        end.extend(size.to_le_bytes());
        end.extend(start.to_le_bytes());
        end.extend([0, 0]);
        self.sink.write_all(&self.directory)?;
        self.sink.write_all(&end)?;
        self.sink.flush()
    }
}

/// CRC-32 of ISO/IEC 8802-3, which ZIP files have of each file.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_file_has_its_header_its_content_and_its_line_in_the_directory() {
        let mut written = Vec::new();
        let mut zip = Zip::new(&mut written);
        zip.add("a/b.txt", b"123456789").unwrap();
        zip.finish().unwrap();
        assert!(written.starts_with(b"PK\x03\x04\x14\0\0\x08\0\0\0\0\x21\0\x26\x39\xF4\xCB\x09\0\0\0\x09\0\0\0\x07\0\0\0a/b.txt123456789PK\x01\x02"));
        assert_eq!(written.len(), 30 + 7 + 9 + 46 + 7 + 22);
    }
}
