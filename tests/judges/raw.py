"""Signature dictionaries found by their bytes alone, with no PDF reader: what is judged must not depend on who reads it."""
import re

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


def signatures(data, start=0):
    """[{byte_range, contents}] of each /ByteRange written at or after `start`, in the order of what they cover."""
    found = []
    for match in BYTE_RANGE.finditer(data, start):
        first, length, second, rest = (int(number) for number in match.groups())
        gap = data[first + length : second]
        if second + rest > len(data) or not (gap.startswith(b"<") and gap.endswith(b">")):
            raise ValueError(f"the gap of byte range {match.group(0)!r} is no hexadecimal string")
        contents = bytes.fromhex(re.sub(rb"\s", b"", gap[1:-1]).decode())
        found.append({"byte_range": [first, length, second, rest], "contents": contents})
    return sorted(found, key=lambda signature: sum(signature["byte_range"][2:]))


def covered(data, byte_range):
    """The bytes that were signed."""
    first, length, second, rest = byte_range
    return data[first : first + length] + data[second : second + rest]


def der(contents):
    """The CMS at the start of /Contents, without the zeros that fill the hole."""
    if len(contents) < 2 or contents[0] != 0x30:
        raise ValueError("/Contents doesn't start with a SEQUENCE")
    if contents[1] < 0x80:
        end = 2 + contents[1]
    else:
        octets = contents[1] & 0x7F
        end = 2 + octets + int.from_bytes(contents[2 : 2 + octets], "big")
    if end > len(contents):
        raise ValueError("the CMS is longer than /Contents")
    if contents[end:].strip(b"\0"):
        raise ValueError("bytes other than zero follow the CMS in /Contents")
    return contents[:end]
