"""Page, header, footer and styles of the Word document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from equipoise.report.blocks import Document
from equipoise.report.formats.word_text import field, paragraph, run

FONT = "Times New Roman"
INK, GRAY = "1F2933", "52606D"


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper in twips; ``text`` is the width between margins of 17 mm."""

    width: int
    height: int

    @property
    def text(self) -> int:
        """Width of the text."""
        return self.width - 2 * MARGIN

    @property
    def turned(self) -> Paper:
        """The same paper, turned."""
        return Paper(self.height, self.width)


MARGIN = 964  # 17 mm
PAPER = {"A4": Paper(11906, 16838), "letter": Paper(12240, 15840)}

# id, name, base, points, properties of paragraphs, of letters; names of Word are kept
STYLES = (
    ("Title", "Title", 22, '<w:spacing w:before="0" w:after="160"/>', "<w:b/>"),
    ("Subtitle", "Subtitle", 12, '<w:spacing w:after="160"/>', ""),
    ("Heading1", "heading 1", 16, "{next}360{after}140{outline}0{end}", "<w:b/>"),
    ("Heading2", "heading 2", 13, "{next}300{after}120{outline}1{end}", "<w:b/>"),
    ("Heading3", "heading 3", 11.5, "{next}260{after}100{outline}2{end}", "<w:b/>"),
    ("Heading4", "heading 4", 10.5, "{next}220{after}80{outline}3{end}", "<w:b/>"),
    ("Header", "header", 8, '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="3" '
     'w:color="52606D"/></w:pBdr><w:spacing w:after="0"/>', "{gray}"),
    ("Footer", "footer", 8, '<w:spacing w:after="0"/>', "{gray}"),
    ("TOCHeading", "TOC Heading", 16, '<w:spacing w:after="140"/>', "<w:b/>"),
    ("Caption", "caption", 10, '<w:keepNext/><w:keepLines/><w:spacing w:before="280" '
     'w:after="60"/>', "<w:b/>"),
    ("Population", "Population", 9, '<w:keepNext/><w:spacing w:after="80"/>', ""),
    ("Cell", "Table cell", 8.5, '<w:spacing w:before="20" w:after="20"/>', ""),
    ("Note", "Table note", 8.5, '<w:spacing w:before="60" w:after="60"/>', "{gray}"),
    ("Source", "Table source", 7.5, '<w:spacing w:before="20" w:after="160"/>', "{gray}"),
    ("Headline", "Headline", 12, '<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" '
     'w:color="52606D"/></w:pBdr><w:spacing w:before="160" w:after="200"/>', ""),
    ("Banner", "Banner", 10, '<w:pBdr><w:top {b}/><w:left {b}/><w:bottom {b}/><w:right '
     '{b}/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="FFF4D6"/>'
     '<w:spacing w:before="120" w:after="120"/>', "<w:b/>"),
    ("TitlePage", "Title page", 10, '<w:tabs><w:tab w:val="left" w:pos="2600"/></w:tabs>'
     '<w:spacing w:after="60"/><w:ind w:left="2600" w:hanging="2600"/>', ""),
)  # fmt: skip
PLACES = {
    "{next}": '<w:keepNext/><w:keepLines/><w:spacing w:before="',
    "{after}": '" w:after="',
    "{outline}": '"/><w:outlineLvl w:val="',
    "{end}": '"/>',
    "{gray}": f'<w:color w:val="{GRAY}"/>',
    "{b}": 'w:val="single" w:sz="6" w:space="6" w:color="E0B84C"',
}


def set_styles(made: Any, document: Document) -> None:
    """Styles of this report in place of those of python-docx's template."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    styles = made.styles.element
    for kind, name, points, paragraphs, letters in STYLES:
        for old in [s for s in styles if s.get(qn("w:styleId")) == kind]:
            styles.remove(old)
        for place, text in PLACES.items():
            paragraphs, letters = (
                paragraphs.replace(place, text),
                letters.replace(place, text),
            )
        styles.append(
            parse_xml(_style(kind, name, points, paragraphs, letters, nsdecls("w")))
        )
    for level in range(1, 6):
        at = PAPER[document.paper].text
        inset = 220 * (level - 1)
        paragraphs = (
            f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{at}"/></w:tabs>'
            f'<w:spacing w:before="{60 if level == 1 else 0}" w:after="20"/>'
            f'<w:ind w:left="{inset}" w:right="500"/>'
        )
        letters = "<w:b/>" if level == 1 else ""
        text = _style(
            f"TOC{level}", f"toc {level}", 9.5, paragraphs, letters, nsdecls("w")
        )
        styles.append(parse_xml(text))
    _defaults(made, document)


def _style(
    kind: str, name: str, points: float, paragraphs: str, letters: str, spaces: str
) -> str:
    following = "Normal" if kind.startswith("Heading") else kind
    return (
        f'<w:style {spaces} w:type="paragraph" w:styleId="{kind}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:next w:val="{following}"/><w:qFormat/>'
        f"<w:pPr>{paragraphs}</w:pPr><w:rPr>{letters}"
        f'<w:sz w:val="{round(2 * points)}"/></w:rPr></w:style>'
    )


def _defaults(made: Any, document: Document) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Pt, RGBColor

    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.font.color.rgb = RGBColor.from_string(INK)
    normal.paragraph_format.space_after = Pt(6)
    fonts = normal.element.rPr.rFonts
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
    for lang in made.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), document.lang)
    # Word fills in the page numbers of the contents when it opens the document.
    update = parse_xml(f'<w:updateFields {nsdecls("w")} w:val="true"/>')
    settings = made.settings.element
    later = settings.find(qn("w:hdrShapeDefaults"))
    if later is None:
        settings.insert(0, update)
    else:
        later.addprevious(update)


def set_page(made: Any, document: Document) -> tuple[str, str]:
    """Paper, margins, and what is on every page.

    Returns:
        The properties of a section of upright pages and of one of turned pages, as XML.
    """
    paper = PAPER[document.paper]
    upright = made.sections[0]
    _set_section(upright, document, paper)
    found = str(upright._sectPr.xml)
    turned = made.add_section()
    _set_section(turned, document, paper.turned)
    return found, str(turned._sectPr.xml)


def _set_section(part: Any, document: Document, paper: Paper) -> None:
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Twips

    part.start_type = WD_SECTION.NEW_PAGE
    wide = paper.width > paper.height
    part.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    part.page_width, part.page_height = Twips(paper.width), Twips(paper.height)
    part.left_margin = part.right_margin = Twips(MARGIN)
    part.top_margin, part.bottom_margin = Twips(1420), Twips(1140)
    part.header_distance, part.footer_distance = Twips(600), Twips(520)
    part.header.is_linked_to_previous = part.footer.is_linked_to_previous = False
    marks = [text for text in (document.watermark, document.running) if text]
    above = [run(text, bold=True) for text in marks]
    above.append(run(document.header or document.subtitle))
    texts = [
        (part.header, paragraph("Header", "<w:r><w:br/></w:r>".join(above))),
        (part.footer, _footer(document, paper.text)),
    ]
    for holder, text in texts:
        element = holder._element
        for old in list(element):
            element.remove(old)
        element.append(parse_xml(text.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)))


def _footer(document: Document, width: int) -> str:
    below = [
        document.footer,
        f"Last date in the data: {document.date}" if document.date else "",
    ]
    page = run("Page ") + field("PAGE", run("1"))
    page += run(" of ") + field("NUMPAGES", run("1"))
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
    words = run(" · ".join(text for text in below if text))
    return paragraph("Footer", f"{words}<w:r><w:tab/></w:r>{page}", tabs)
