"""The register engine: tables that lay out their own rows and stream page by page.

ReportLab's `LongTable` measures every cell as a paragraph and keeps the whole story in
memory (19 s for 10,000 register rows). Here each row is measured, wrapped and written as
plain text operators, and forgotten; nothing grows with the number of rows.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from reportlab.lib.units import mm

from . import fonts, heading, spreadsheets, typesetting
from .errors import LayoutError, RowsConsumed
from .page import A4_LANDSCAPE, A4_PORTRAIT, OfficialCanvas

#: Sizes in pt. Registers are tables, not running text: 11 pt lets ten columns stand on A4.
BODY_SIZE = 11
HEADER_SIZE = 11
NUMBERS_SIZE = 10
#: Line spacing, the share of the size above the baseline, and cell padding in pt.
LEADING = 1.18
ASCENT = heading.ASCENT
PADDING_X = 1.2 * mm
PADDING_Y = 0.9 * mm
RULE_WIDTH = 0.5
#: A row that is split begins at the foot of a page only if this many lines fit there.
_ORPHANS = 3
_MINIMUM_WIDTH_MM = 8

EMPTY_TEXT = "Không có dòng nào trong kỳ này."


@dataclass(frozen=True)
class Column:
    """A column: heading, width in mm, alignment (left, centre, right), whether it holds numbers.

    Numbers are drawn right-aligned unless ``align`` says otherwise, and are numbers in XLSX.
    """

    title: str
    width_mm: float
    align: str = ""
    number: bool = False

    def __post_init__(self):
        if self.align not in ("", "left", "centre", "right"):
            raise LayoutError(f"Cột “{self.title}”: canh lề không hợp lệ: {self.align}")
        if self.width_mm < _MINIMUM_WIDTH_MM:
            raise LayoutError(f"Cột “{self.title}” hẹp hơn {_MINIMUM_WIDTH_MM} mm nên không viết được chữ.")

    @property
    def alignment(self):
        return self.align or ("right" if self.number else "left")


@dataclass(frozen=True)
class Cover:
    """The cover and first leaf of a register (Nghị định 30/2020, Phụ lục IV, mẫu I.1, VI.1 …).

    ``parent`` is the superior agency, left out when empty. ``date_from``, ``date_to``,
    ``number_from``, ``number_to``, ``year`` and ``volume`` take dates, numbers or text;
    ``None`` leaves a dotted blank to be filled in by hand. ``with_numbers=False`` drops the
    line "Từ số … đến số …" (register VIII has none).
    """

    agency: str
    title: str
    parent: str = ""
    year: object = None
    date_from: object = None
    date_to: object = None
    number_from: object = None
    number_to: object = None
    volume: object = None
    with_numbers: bool = True
    copies: int = 1  # 2 prints both the cover and the first leaf

    def period_lines(self):
        """The lines below the title, in the order of the decree (list of str)."""

        def blank(value, dots="……………"):
            return dots if value in (None, False, "") else _plain(value)

        lines = [
            f"Năm: {blank(self.year)}",
            f"Từ ngày {blank(self.date_from)} đến ngày {blank(self.date_to)}",
        ]
        if self.with_numbers:
            lines.append(f"Từ số {blank(self.number_from)} đến số {blank(self.number_to)}")
        lines.append(f"Quyển số: {blank(self.volume)}")
        return lines

    def lines(self):
        """Every line of the cover from top to bottom (list of str)."""
        names = [self.parent.upper()] if self.parent else []
        return [*names, self.agency.upper(), self.title, *self.period_lines()]


@dataclass(frozen=True)
class Closing:
    """What ends a bound book: lines that say how much it holds, and two places for signatures.

    ``lines`` is a function of the number of rows and of the number of pages, cover and first leaf included, to a list
    of str. All of it stands on one page.
    """

    lines: Callable[[int, int], Sequence[str]]
    left: "heading.Signature"
    right: "heading.Signature"


@dataclass(frozen=True)
class SectionRow:
    """A row that is a heading inside the table (đề mục lớn, đề mục nhỏ of a file plan)."""

    text: str
    column: int = 1  # position of the column that shows it, from 0


@dataclass
class TableReport:
    """A table that prints itself as PDF and XLSX.

    ``rows`` is any iterable of sequences (one value a column; short rows are padded) or of
    `SectionRow`, read once and lazily, or a function without arguments that gives one: only
    with a list or a function can both files be written from one report. Values are turned
    into text by `typesetting.as_text`. ``footer`` is a list of lines below the table, or a
    function from the number of rows to that list. ``official_heading`` puts boxes 1–5 on
    page 1 (the lists of Phụ lục V); ``signature`` comes after the footer.

    Raises `LayoutError` when columns are wider than the page or a row has too many cells.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable | Callable[[], Iterable]
    cover: Cover | None = None
    landscape: bool = True
    column_numbers: bool = True
    subtitle: Sequence[str] = ()
    footer: Sequence[str] | Callable[[int], Sequence[str]] = ()
    empty_text: str = EMPTY_TEXT
    min_row_mm: float = 0
    official_heading: "heading.OfficialHeading | None" = None
    signature: "heading.Signature | None" = None
    closing: Closing | None = None
    author: str = ""
    _consumed: bool = field(default=False, init=False, repr=False)

    @property
    def frame(self):
        return A4_LANDSCAPE if self.landscape else A4_PORTRAIT

    def write_pdf(self, stream):
        """Write the PDF to a binary ``stream``, page by page; gives the number of rows (int)."""
        canvas = OfficialCanvas(
            stream,
            self.frame,
            title=self.title,
            author=self.author or (self.cover.agency if self.cover else ""),
        )
        if self.cover:
            for _copy in range(self.cover.copies):
                draw_cover(canvas, self.cover)
        count, y = self._draw_body(canvas, self._draw_head(canvas))
        y = draw_footer(canvas, self.footer_lines(count), y)
        if self.signature:
            heading.draw_signature(canvas, self.signature, y - 6, keep=True)
        if self.closing:
            draw_closing(canvas, self.closing, count, y)
        canvas.showPage()
        canvas.save()
        return count

    def write_xlsx(self, stream):
        """Write an XLSX workbook to a binary ``stream``; gives the number of rows (int).

        Text is always text: a cell such as ``=1+1`` shows these characters.
        """
        return spreadsheets.write(self, stream)

    def open_rows(self):
        """An iterator over the rows; raises `RowsConsumed` when they were a spent iterator."""
        if callable(self.rows):
            return iter(self.rows())
        if isinstance(self.rows, Iterator):
            if self._consumed:
                raise RowsConsumed(
                    "Các dòng của báo cáo này chỉ đọc được một lần; hãy đưa vào một danh "
                    "sách hoặc một hàm để xuất thêm tệp thứ hai."
                )
            self._consumed = True
        return iter(self.rows)

    def cells(self, row, number):
        """The cells of row ``number`` (from 1) as a list as long as the columns."""
        if isinstance(row, SectionRow):
            cells = [""] * len(self.columns)
            cells[row.column] = row.text
            return cells
        cells = list(row)
        if len(cells) > len(self.columns):
            raise LayoutError(
                f"Dòng {number} của “{self.title}” có {len(cells)} ô nhưng bảng chỉ có {len(self.columns)} cột."
            )
        return cells + [""] * (len(self.columns) - len(cells))

    def footer_lines(self, count):
        """The closing lines for ``count`` rows (list of str)."""
        return list(self.footer(count) if callable(self.footer) else self.footer)

    def _draw_head(self, canvas):
        y = canvas.frame.top
        if self.official_heading:
            y = heading.draw_heading(canvas, self.official_heading, y)
        elif not self.cover:
            y = heading.draw_title(canvas, self.title, self.subtitle, y)
        return y

    def _draw_body(self, canvas, y):
        return TableWriter(
            canvas,
            self.columns,
            column_numbers=self.column_numbers,
            min_row_mm=self.min_row_mm,
        ).draw(self, y)


class TableWriter:
    """Draws one table on a canvas from a given height on, over as many pages as it needs."""

    def __init__(self, canvas, columns, *, column_numbers=True, min_row_mm=0):
        self.canvas = canvas
        self.frame = canvas.frame
        self.columns = list(columns)
        self.column_numbers = column_numbers
        self._check_widths()
        self.body = canvas.typesetter(fonts.REGULAR, BODY_SIZE)
        self.bold = canvas.typesetter(fonts.BOLD, BODY_SIZE)
        self.leading = round(BODY_SIZE * LEADING, 2)
        self.min_height = max(min_row_mm * mm, self.leading + 2 * PADDING_Y)
        self._place_columns()
        self._prepare_header()

    def draw(self, report, y):
        """Draw the header and every row of ``report`` from ``y`` pt down.

        Gives (number of rows, y below the table). ``report`` has `open_rows`, `cells` and
        ``empty_text``.
        """
        count = 0
        self._y = y
        self._start_page(first=True)
        for count, row in enumerate(report.open_rows(), 1):
            self._draw_row(
                report.cells(row, count),
                self.bold if isinstance(row, SectionRow) else self.body,
            )
        if not count:
            self._draw_empty(report.empty_text)
        self._finish_page()
        return count, self._y

    # --- geometry ---------------------------------------------------------------------

    def _check_widths(self):
        if not self.columns:
            raise LayoutError("Bảng phải có ít nhất một cột.")
        total = sum(column.width_mm for column in self.columns)
        if total > self.frame.width / mm + 0.1:
            raise LayoutError(
                f"Tổng bề rộng các cột là {total:g} mm, vượt quá bề rộng trình bày "
                f"{self.frame.width / mm:g} mm của trang giấy."
            )

    def _place_columns(self):
        total = sum(column.width_mm for column in self.columns) * mm
        x = self.frame.left + (self.frame.width - total) / 2
        self._edges = [x]
        for column in self.columns:
            x += column.width_mm * mm
            self._edges.append(x)
        self._number_columns = [i for i, column in enumerate(self.columns) if column.number]
        self._inner = [column.width_mm * mm - 2 * PADDING_X for column in self.columns]

    def _prepare_header(self):
        """Header operators relative to y = 0, made once and moved into place on each page."""
        titles = self.canvas.typesetter(fonts.BOLD, HEADER_SIZE)
        cells = [
            titles.balanced_lines(column.title, width) for column, width in zip(self.columns, self._inner, strict=True)
        ]
        leading = HEADER_SIZE * LEADING
        tallest = max(len(lines) for lines in cells)
        title_height = tallest * leading + 2 * PADDING_Y
        texts = [f"BT {titles.select} {leading:.2f} TL"]
        for index, lines in enumerate(cells):
            # Headings are centred in both directions, as on the printed form.
            top = -PADDING_Y - (tallest - len(lines)) * leading / 2
            self._centred(texts, index, lines, top - HEADER_SIZE * ASCENT, leading)
        bottoms = [title_height]
        if self.column_numbers:
            bottoms.append(self._prepare_numbers(texts, title_height))
        texts.append("ET")
        self._header_height = bottoms[-1]
        self._header_bottoms = bottoms
        self._header = "\n".join(texts)
        if self._header_height + 2 * self.min_height > self.frame.height:
            raise LayoutError("Tiêu đề các cột cao hơn trang giấy.")

    def _prepare_numbers(self, texts, title_height):
        numbers = self.canvas.typesetter(fonts.REGULAR, NUMBERS_SIZE)
        texts.append(numbers.select)
        for index in range(len(self.columns)):
            lines = numbers.lines(f"({index + 1})", self._inner[index])
            y = -title_height - PADDING_Y / 2 - NUMBERS_SIZE * ASCENT
            self._centred(texts, index, lines, y, NUMBERS_SIZE * LEADING)
        return title_height + NUMBERS_SIZE * LEADING + PADDING_Y

    def _centred(self, texts, index, lines, y, leading):
        middle = (self._edges[index] + self._edges[index + 1]) / 2
        for position, (width, operator) in enumerate(lines):
            x = middle - width / 2
            texts.append(f"1 0 0 1 {x:.2f} {y - position * leading:.2f} Tm {operator}")

    # --- pages ------------------------------------------------------------------------

    def _start_page(self, first=False):
        if not first:
            self._y = self.frame.top
        elif self._y - self._header_height - 2 * self.min_height < self.frame.bottom:
            self.canvas.showPage()
            self._y = self.frame.top
        self._page_top = self._y
        self._rules = [self._y - bottom for bottom in self._header_bottoms]
        self.canvas.addLiteral(f"q 1 0 0 1 0 {self._y:.2f} cm\n{self._header}\nQ")
        self._y -= self._header_height
        self._texts = [f"BT {self.body.select} {self.leading} TL"]

    def _finish_page(self):
        """Put the collected text and the rules of the grid on the canvas."""
        self._texts.append("ET")
        left, right = self._edges[0], self._edges[-1]
        rules = [f"q {RULE_WIDTH} w 2 J 0 G"]
        rules += [f"{left:.2f} {y:.2f} m {right:.2f} {y:.2f} l" for y in (self._page_top, *self._rules)]
        rules += [f"{x:.2f} {self._page_top:.2f} m {x:.2f} {self._y:.2f} l" for x in self._edges]
        rules.append("S Q")
        self.canvas.addLiteral("\n".join(self._texts + rules))

    def _next_page(self):
        self._finish_page()
        self.canvas.showPage()
        self._start_page()

    # --- rows -------------------------------------------------------------------------

    def _draw_row(self, values, setter):
        for index in self._number_columns:
            if typesetting.is_number(values[index]):
                values[index] = typesetting.format_number(values[index])
        cells = [setter.lines(value, width) for value, width in zip(values, self._inner, strict=True)]
        count = max(map(len, cells))
        height = max(count * self.leading + 2 * PADDING_Y, self.min_height)
        if height <= self._y - self.frame.bottom:
            self._place(cells, height, setter)
        elif height <= self.frame.height - self._header_height:
            self._next_page()
            self._place(cells, height, setter)
        else:
            self._draw_split(cells, count, setter)

    def _draw_split(self, cells, count, setter):
        """A row taller than a page: as many lines as fit here, the rest on the next pages."""
        start = 0
        while start < count:
            room = int((self._y - self.frame.bottom - 2 * PADDING_Y) / self.leading + 1e-6)
            if room < min(_ORPHANS, count - start):
                self._next_page()
                continue
            part = [lines[start : start + room] for lines in cells]
            height = max(map(len, part)) * self.leading + 2 * PADDING_Y
            self._place(part, height, setter)
            start += room

    def _place(self, cells, height, setter):
        texts, edges = self._texts, self._edges
        if setter is not self.body:
            texts.append(setter.select)
        baseline = self._y - PADDING_Y - BODY_SIZE * ASCENT
        for index, lines in enumerate(cells):
            if not lines:
                continue
            if self.columns[index].alignment == "left":
                operators = " T* ".join([operator for _width, operator in lines])
                x = edges[index] + PADDING_X
                texts.append(f"1 0 0 1 {x:.2f} {baseline:.2f} Tm {operators}")
            elif self.columns[index].alignment == "centre":
                self._centred(texts, index, lines, baseline, self.leading)
            else:
                right = edges[index + 1] - PADDING_X
                for position, (width, operator) in enumerate(lines):
                    y = baseline - position * self.leading
                    texts.append(f"1 0 0 1 {right - width:.2f} {y:.2f} Tm {operator}")
        if setter is not self.body:
            texts.append(self.body.select)
        self._y -= height
        self._rules.append(self._y)

    def _draw_empty(self, text):
        """One line over the whole width when there is no row."""
        self._finish_page()
        left, right = self._edges[0], self._edges[-1]
        setter = self.canvas.typesetter(fonts.ITALIC, BODY_SIZE)
        lines = setter.lines(text, right - left - 2 * PADDING_X)
        height = len(lines) * self.leading + 4 * PADDING_Y
        y = self._y - 2 * PADDING_Y - BODY_SIZE * ASCENT
        middle = (left + right) / 2
        operators = [
            f"1 0 0 1 {middle - width / 2:.2f} {y - position * self.leading:.2f} Tm {operator}"
            for position, (width, operator) in enumerate(lines)
        ]
        self.canvas.addLiteral("\n".join([f"BT {setter.select}", *operators, "ET"]))
        self.canvas.setLineWidth(RULE_WIDTH)
        self.canvas.rect(left, self._y - height, right - left, height)
        self._y -= height
        # The page is finished again by the caller: give it an empty table part.
        self._page_top, self._rules, self._texts = self._y, [], ["BT"]


def _plain(value):
    """Text of a value on a cover: a year or a number has no thousands separator."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return typesetting.as_text(value)


def draw_cover(canvas, cover):
    """Draw a register's cover as a page of its own (Phụ lục IV, mẫu I, III, IV, VI, VIII)."""
    frame = canvas.frame
    _draw_cover_border(canvas)
    width = frame.width - 20 * mm
    y = frame.top - 14 * mm
    if cover.parent:
        y = heading.draw_centred(canvas, cover.parent.upper(), y, width, fonts.REGULAR, 14)
    y = heading.draw_centred(canvas, cover.agency.upper(), y, width, fonts.BOLD, 14)
    heading.draw_short_rule(canvas, cover.agency.upper(), fonts.BOLD, 14, frame.centre, y, width)
    y = frame.top - frame.height * 0.37
    y = heading.draw_centred(canvas, cover.title.upper(), y, width, fonts.BOLD, 28)
    y = min(y - 8 * mm, frame.top - frame.height * 0.52)
    for line in cover.period_lines():
        y = heading.draw_centred(canvas, line, y, width, fonts.REGULAR, 16) - 3 * mm
    canvas.showPage()


def _draw_cover_border(canvas):
    frame = canvas.frame
    canvas.setLineWidth(1.5)
    canvas.rect(frame.left, frame.bottom, frame.width, frame.height)
    inset = 1.5 * mm
    canvas.setLineWidth(0.5)
    canvas.rect(
        frame.left + inset,
        frame.bottom + inset,
        frame.width - 2 * inset,
        frame.height - 2 * inset,
    )


def draw_closing(canvas, closing, count, y):
    """Draw the end of a book below ``y`` pt, kept together; gives its number of pages (int)."""
    frame = canvas.frame
    width = frame.width * heading.LEFT_SHARE
    tallest = max(heading.signature_height(canvas, part, width) for part in (closing.left, closing.right))
    lines = list(closing.lines(count, canvas.getPageNumber()))
    if y - len(lines) * 13 * heading.LEADING - 6 * mm - tallest < frame.bottom:
        canvas.showPage()
        y = frame.top
        lines = list(closing.lines(count, canvas.getPageNumber()))
    y = draw_footer(canvas, lines, y) - 4 * mm
    heading.draw_signature(canvas, closing.left, y, x=frame.left + width / 2, width=width)
    heading.draw_signature(canvas, closing.right, y, x=frame.right - width / 2, width=width)
    return canvas.getPageNumber()


def draw_footer(canvas, lines, y):
    """Draw closing lines below a table; gives the y below them (pt)."""
    frame = canvas.frame
    y -= 2 * mm
    for text in lines:
        y = heading.draw_paragraph(canvas, text, y, size=13, indent=0, justify=False)
    return max(y, frame.bottom)
