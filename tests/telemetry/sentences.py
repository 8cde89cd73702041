"""Sentences of AIS: with their checksum, in two parts, under a receiver's tag."""

from pyais.util import compute_checksum


def checked(body: str) -> str:
    return f"!{body}*{compute_checksum(f'!{body}*00'.encode()):02X}"


def in_two_parts(sentence: str, number: int = 3) -> list[str]:
    payload, fill = sentence.split(",")[5], sentence.split(",")[6][0]
    return [
        checked(f"AIVDM,2,1,{number},A,{payload[:28]},0"),
        checked(f"AIVDM,2,2,{number},A,{payload[28:]},{fill}"),
    ]


def tagged(sentence: str, tag: str) -> str:
    checksum = 0
    for byte in tag.encode():
        checksum ^= byte
    return f"\\{tag}*{checksum:02X}\\{sentence}"
