"""Evidence files from hostile and from careless hands."""

import io
import struct
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from apps.core import images
from apps.core.images import check_pdf, clean_image, sniff

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<script>alert(1)</script>"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode in {"L", "I;16"} else "teal").save(out, kind, **options)
    return out.getvalue()


def gps_photo(orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "ContohCam"
    exif.get_ifd(0x8825).update({1: "S", 2: (3.0, 57.0, 11.0), 3: "E", 4: (122.0, 30.0, 1.0)})
    return picture(exif=exif, comment=b"rumah saya")


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", images.JPEG), ("PNG", images.PNG), ("WEBP", images.WEBP)]
)
def test_pictures_come_back_as_what_they_are(kind: str, content_type: str) -> None:
    cleaned, found = clean_image(picture(kind))
    assert found == content_type == sniff(cleaned)
    assert Image.open(io.BytesIO(cleaned)).size == (60, 40)


def test_gps_and_everything_else_is_gone_and_the_picture_is_upright() -> None:
    photo = gps_photo()
    assert Image.open(io.BytesIO(photo)).getexif().get_ifd(0x8825)
    cleaned, _ = clean_image(photo)
    again = Image.open(io.BytesIO(cleaned))
    assert again.size == (40, 60)
    assert not again.getexif()
    assert b"Exif" not in cleaned
    assert b"ContohCam" not in cleaned
    assert b"rumah" not in cleaned


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_polyglots_lose_their_second_face(kind: str) -> None:
    cleaned, _ = clean_image(picture(kind) + SCRIPT)
    assert SCRIPT not in cleaned


def test_png_text_is_dropped() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Wulan")
    cleaned, _ = clean_image(picture("PNG", pnginfo=info))
    assert b"Wulan" not in cleaned


def test_large_pictures_shrink_and_keep_their_shape() -> None:
    cleaned, _ = clean_image(picture(size=(4000, 1000)))
    assert Image.open(io.BytesIO(cleaned)).size == (2000, 500)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "I;16"])
def test_every_mode_of_png_passes(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 20)).save(out, "PNG")
    cleaned, _ = clean_image(out.getvalue())
    assert Image.open(io.BytesIO(cleaned)).size == (20, 20)


def test_cmyk_photo_becomes_rgb() -> None:
    cleaned, _ = clean_image(picture(mode="CMYK"))
    assert Image.open(io.BytesIO(cleaned)).mode == "RGB"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_upload"),
        (EICAR, "unknown_content"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "unknown_content"),
        (b"GIF89a" + bytes(20), "unknown_content"),
        (b"%PDF-1.7", "unknown_content"),
        (png_header(50_000, 50_000), "image_too_large"),
        (png_header(6_400, 6_400), "image_too_large"),
        (picture()[:-200], "broken_image"),
        (picture("PNG", (400, 400))[:-30], "broken_image"),
        (b"\xff\xd8\xff" + EICAR, "broken_image"),
        (b"RIFF\x10\0\0\0WEBPxxxxxxxx", "broken_image"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_refused_pictures(data: bytes, code: str) -> None:
    with pytest.raises(images.FileRefused) as refused:
        clean_image(data)
    assert refused.value.code == code


# --- PDF ----------------------------------------------------------------------------------------------------


def pdf(change: object = None, **encrypt: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if callable(change):
        change(writer)
    if encrypt:
        writer.encrypt(**encrypt)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def action(**entries: str) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject(f"/{k}"): NameObject(v) if v[:1] == "/" else TextStringObject(v)
            for k, v in entries.items()
        }
    )


def raw_pdf(*objects: bytes) -> bytes:
    """Return a file of given objects with a correct end, for what no library would write."""
    body = b"%PDF-1.7\n"
    offsets = []
    for i, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n" % i + content + b"\nendobj\n"
    at = len(body)
    table = b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + (b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at))
    )


def stream(dictionary: bytes, content: bytes) -> bytes:
    return b"<<" + dictionary + b"/Length %d>>\nstream\n" % len(content) + content + b"\nendstream"


def test_harmless_pdfs_pass() -> None:
    check_pdf(pdf())
    noise = zlib.compress(bytes(range(256)) * 500)
    check_pdf(
        raw_pdf(
            b"<</Type/Catalog>>",
            stream(b"/Filter/FlateDecode", noise),
            stream(b"/Filter/DCTDecode", picture()),
        )
    )


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (
            pdf(
                lambda w: w._root_object.update(
                    {NameObject("/OpenAction"): action(S="/JavaScript", JS="app.alert(1)")}
                )
            ),
            "JavaScript",
        ),
        (
            pdf(lambda w: w._root_object.update({NameObject("/OpenAction"): action(S="/Launch", F="cmd")})),
            "Launch",
        ),
        (pdf(lambda w: w.add_attachment("x.exe", b"MZ")), "EmbeddedFile"),
        (raw_pdf(b"<</Type/Catalog/OpenAction<</S/J#61vaScript/JS(1)>>>>"), "JavaScript"),
        (
            raw_pdf(
                b"<</Type/Catalog>>",
                stream(
                    b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode", zlib.compress(b"9 0 <</S/JavaScript>>")
                ),
            ),
            "JavaScript",
        ),
        (raw_pdf(b"<</Type/Catalog/AcroForm<</XFA 5 0 R>>>>"), "XFA"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_acting_pdfs_are_refused(data: bytes, found: str) -> None:
    with pytest.raises(images.ActivePdf) as refused:
        check_pdf(data)
    assert found in refused.value.params["found"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_upload"),
        (EICAR, "unknown_content"),
        (picture(), "unknown_content"),
        (b"%PDF-1.7\n" + EICAR, "broken_pdf"),
        (pdf()[:-60], "broken_pdf"),
        (pdf(user_password="x", algorithm="RC4-128"), "encrypted_pdf"),
        (
            raw_pdf(
                b"<</Type/Catalog>>", stream(b"/Type/Obj#53tm/N 1/First 4/Filter/ASCIIHexDecode", b"2F4A>")
            ),
            "broken_pdf",
        ),
        (
            raw_pdf(
                b"<</Type/Catalog>>",
                stream(
                    b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode/DecodeParms<</Predictor 12>>",
                    zlib.compress(b"x"),
                ),
            ),
            "broken_pdf",
        ),
        (
            raw_pdf(b"<</Type/Catalog>>", stream(b"/Filter/FlateDecode", zlib.compress(bytes(501_000_000)))),
            "pdf_too_large",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_refused_pdfs(data: bytes, code: str) -> None:
    with pytest.raises(images.FileRefused) as refused:
        check_pdf(data)
    assert refused.value.code == code


def test_our_own_check_agrees_with_a_parser_that_the_good_one_is_readable() -> None:
    data = pdf()
    check_pdf(data)
    assert len(PdfReader(io.BytesIO(data)).pages) == 1
