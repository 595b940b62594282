"""Reading CSV files into memory: every cell that cannot be used is named by line and column."""

from __future__ import annotations

import csv
import io
import os
import tempfile
import threading
import tracemalloc
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import derivation
from derivation.errors import DataError
from derivation.tables import Encoding, Table, csv_blocks, load_csv
from derivation.tables.reader import CsvFile

IRIS = Path(derivation.__file__).parent / "data" / "iris.csv"
TWENTY = "".join(f"{i},{i * i % 7},{i % 2}\n" for i in range(20))  # lines 2 to 21


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "data.csv"
    path.write_bytes(text.encode(encoding))
    return path


def in_a_file(text):
    """A path for tests of hypothesis, which draw many examples for one `tmp_path`."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "data.csv"
    path.write_bytes(text.encode())
    return folder, path


# ---------------------------------------------------------------------------- what is read


def test_iris():
    table = load_csv(IRIS, "virginica")
    assert table.features == ("sepal_length", "sepal_width", "petal_length", "petal_width")
    assert table.samples == len(table.rows) == len(table.labels) == 100
    assert table.rows[0] == (7.0, 3.2, 4.7, 1.4)
    assert table.rows[-1] == (5.9, 3.0, 5.1, 1.8)
    assert table.labels == (0.0,) * 50 + (1.0,) * 50
    assert table.label_columns() == [list(table.labels)]
    assert table.notes == ()


def test_chosen_columns_byte_order_mark_quotes_and_blank_lines(tmp_path):
    path = write(tmp_path, '\ufeffa,"b, c",t\r\n\r\n1,"2",0\r\n 3 ,4e0,1\r\n')
    table = load_csv(path, "t", features=["b, c", "a"])
    assert table.features == ("b, c", "a")
    assert table.rows == ((2.0, 1.0), (4.0, 3.0))
    assert (table.target, table.labels) == ("t", (0.0, 1.0))
    assert load_csv(path).features == ("a", "b, c", "t")
    assert load_csv(path).rows == ((1.0, 2.0, 0.0), (3.0, 4.0, 1.0))


@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * width),
            min_size=1,
            max_size=30,
        )
    ),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff"]),
    st.booleans(),
)
def test_any_table_of_numbers_comes_back(rows, quoting, end, mark, blank):
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator=end)
    writer.writerow([f"column, {k}" for k in range(len(rows[0]))])
    for row in rows:
        writer.writerow(row)
        if blank:
            text.write(end)
    folder, path = in_a_file(mark + text.getvalue())
    with folder:
        table = load_csv(path)
    assert table.rows == tuple(rows)
    assert repr(table.rows) == repr(tuple(rows))  # 0.0 and -0.0


def test_more_rows_than_are_read_at_a_time(tmp_path):
    rows = [(float(i), float(i * i % 1009), float(i % 2)) for i in range(5000)]
    path = write(tmp_path, "a,b,t\n" + "".join(f"{a},{b},{t}\n" for a, b, t in rows))
    table = load_csv(path, "t")
    assert table.rows == tuple(row[:2] for row in rows)
    assert table.labels == tuple(row[2] for row in rows)
    blocks = list(csv_blocks(path, table.encoding))
    assert len(blocks) > 1
    assert tuple(row for block in blocks for row in block.rows) == table.rows


def test_a_pipe_is_read_too(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feeder = threading.Thread(target=pipe.write_text, args=("a,t\nx,0\ny,1\nx,1\n",))
    feeder.start()
    assert load_csv(pipe, "t").features == ("a=y",)  # text: two passes
    feeder.join()


def test_the_text_is_never_in_memory_as_a_whole(tmp_path):
    path = write(tmp_path, "a,b\n" + f"{'1' * 100},2\n" * 50_000)
    tracemalloc.start()
    try:
        with CsvFile(path) as file:
            rows = sum(len(chunk.rows) for chunk in file.chunks())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert rows == 50_000
    assert peak < path.stat().st_size / 2


# ---------------------------------------------------------------------------- what is not


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ('"a"b,t\n1,0\n', "line 1: not CSV"),
        ("\n\n", "is empty"),
        ("a,t\n", "no rows"),
        ("a,t\n\n\n", "no rows"),
        ("a,b\n1,0\n", r"no column 't'\. There are: a, b"),
        ("a,tt\n1,0\n", r"no column 't'\. Did you mean 'tt'\?"),
        ("a t\n1 0\n", "no column 't'. Its only column is 'a t'; save it with commas"),
        ("t\n0\n1\n", "nothing to learn from"),
        ("a,a,t\n1,2,0\n", "two columns are called 'a'"),
        ("a,,t\n1,2,0\n", "column 2 has no name"),
        ("\n\na,,t\n1,2,0\n", "line 3: column 2 has no name"),
        ("a;t\n1;0\n", "separates its columns by semicolons"),
        ("a\tt\n1\t0\n", "separates its columns by tabs"),
        ("a|t\n1|0\n", "separates its columns by bars"),
        ("a,t\n1,0\n,1\n", "line 3, column 'a': the cell is empty"),
        ("a,t\n1,0\n2,\n", "line 3, column 't': the cell is empty"),
        ("a,t\n1,0\nx,1\n", "line 3, column 'a': 'x' is not a number"),
        ("a,t\n1_0,0\n", "'1_0' is not a number"),
        ('a,t\n"1,5",0\n', "'1,5' is not a number; write decimals with a point"),
        ("a,t\nnan,0\n", "'nan' is not a finite number"),
        ("a,t\n1e999,0\n", "'1e999' is not a finite number"),
        ("a,t\n1,0\n1,2,3\n", "line 3: 3 cells, but the header names 2"),
        ("a,t\n1,0\n\n\n1\n", "line 5: 1 cell, but the header names 2"),
        ("a,t\n1,1\n2,1\n", "every label in column 't' is 1"),
        ("a,t\n1,yes\n2,yes\n", "every label in column 't' is 'yes'"),
        ('a,t\n"1,0\n', "not CSV"),
        ('a,t\n1,0\n"2,1\n3,4\n', r"line 4: not CSV.*begins on line 3; is a quote not closed"),
        ('a,t\n1,0\n"2"x,1\n', "line 3: not CSV"),
    ],
)
def test_unusable_csv(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        load_csv(write(tmp_path, text), "t")


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("1,5", "write decimals with a point"),
        ("1,234.5", "write thousands without commas"),
        ("1,234,567", "write thousands without commas"),
        ("1.234,5", "write thousands without points, and decimals with a point"),
        ("1.234.567", "write thousands without points"),
        ("1 000", "write thousands without separators"),
        ("1'000", "write thousands without separators"),
        ("1\N{NO-BREAK SPACE}000", "write thousands without separators"),
        ("1_000", "write thousands without separators"),
        ("1_0", "write digits without underscores"),
        ("12 %", "write 12 % as"),
        ("$3", "leave out the currency"),
        ("3 €", "leave out the currency"),
        ("1d5", "write the exponent with e"),
        ("\N{MINUS SIGN}5", "write the minus sign as -"),
        ("1e999", "is not a finite number"),
        ("-Infinity", "is not a finite number"),
        ("1.2.3", "is not a number, while 21 of 22 cells of the column are"),
        ("0x10", "is not a number, while 21 of 22"),
    ],
)
def test_a_cell_that_is_no_number_is_named(tmp_path, cell, message):
    path = write(tmp_path, f'a,b,t\n{TWENTY}1,"{cell}",0\n2,3,1\n')
    with pytest.raises(DataError) as caught:
        load_csv(path, "t")
    assert f"{path}, line 22, column 'b': {cell!r}" in str(caught.value)
    assert message in str(caught.value)


def test_the_first_cell_in_the_file_is_named_not_the_first_column(tmp_path):
    path = write(tmp_path, f"a,b,t\n{TWENTY}1,oops,0\noops,1,0\n")
    with pytest.raises(DataError, match="line 22, column 'b'"):
        load_csv(path, "t")


def test_one_stray_text_among_many_numbers_is_a_mistake_and_no_level(tmp_path):
    rows = "".join(f"{i},{i % 2}\n" for i in range(999))
    path = write(tmp_path, f"a,t\n{rows}unknown,0\n")
    message = "line 1001, column 'a': 'unknown' is not a number, while 999 of 1000 cells"
    with pytest.raises(DataError, match=message):
        load_csv(path, "t")


lines_in_cells = st.text(st.sampled_from('xy ,"\n\r'), max_size=6).map(lambda text: "w" + text)


@given(
    st.lists(st.tuples(lines_in_cells, lines_in_cells), min_size=1, max_size=20),
    st.data(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_the_line_is_that_of_the_file_whatever_breaks_the_cells_hold(rows, data, end):
    bad = data.draw(st.integers(0, len(rows) - 1))
    text = io.StringIO(newline="")
    writer = csv.writer(text, csv.excel, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b", "number"])
    for number, row in enumerate(rows):
        if data.draw(st.booleans()):
            text.write(end)  # a blank line
        writer.writerow([*row, "oops" if number == bad else number])
    before = text.getvalue().partition("oops")[0]
    line = 1 + before.count("\n") + before.count("\r") - before.count("\r\n")
    folder, path = in_a_file(text.getvalue())
    with folder:
        with pytest.raises(DataError) as caught:
            load_csv(path, features=["number", "a"])
        if len(rows) == 1:
            return  # nothing but text: a level
        assert f"line {line}, column 'number': 'oops'" in str(caught.value)


def test_unreadable_files(tmp_path):
    with pytest.raises(DataError, match="there is no file"):
        load_csv(tmp_path / "absent.csv", "t")
    with pytest.raises(DataError, match="cannot read"):
        load_csv(tmp_path, "t")
    with pytest.raises(DataError, match="not UTF-8"):
        load_csv(write(tmp_path, "é,t\n1,0\n", "latin-1"), "t")
    late = "a,t\n" + "1,0\n" * 5000 + "é,0\n"
    with pytest.raises(DataError, match=r"not UTF-8 text \(line 5002, byte 1\)"):
        load_csv(write(tmp_path, late, "latin-1"), "t")
    with pytest.raises(DataError, match=r"not UTF-8 text \(line 3, byte 5\)"):
        load_csv(write(tmp_path, "a,t\n1,0\n1,0 é\n", "latin-1"), "t")
    with pytest.raises(DataError, match="UTF-16; save it"):
        load_csv(write(tmp_path, "a,t\n1,0\n", "utf-16"), "t")


def test_a_file_that_changes_while_it_is_read(tmp_path):
    path = write(tmp_path, "a,t\n" + "1,0\n" * 10_000)
    with CsvFile(path) as file:
        chunks = file.chunks()
        next(chunks)
        with path.open("a") as stream:
            stream.write("1,0\n")
        with pytest.raises(DataError, match="changed while it was read"):
            list(chunks)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"features": ["a", "a"]}, "'a' is chosen twice"),
        ({"features": ["a", "t"]}, "the target 't' is chosen as a feature"),
        ({"features": ["c"]}, "no column 'c'"),
        ({"features": []}, "nothing to learn from"),
        ({"categorical": ["c"]}, "no column 'c'"),
        ({"missing": "dorp"}, "missing='dorp': there are error, drop, mean"),
        ({"dependent": "no"}, "dependent='no': there are error, keep"),
        ({"mising": "drop"}, "there is no option 'mising'"),
    ],
)
def test_options_that_cannot_be(tmp_path, options, message):
    with pytest.raises(DataError, match=message):
        load_csv(write(tmp_path, f"a,b,t\n{TWENTY}"), "t", **options)


# ---------------------------------------------------------------------------- missing values


LACKING = f"a,b,t\n{TWENTY}1,,0\n2,NA,1\n,?,1\n3,4,1\n"


@pytest.mark.parametrize("cell", ["", " ", "NA", "na", "N/A", "NaN", "nan", "null", "NULL", "?"])
def test_what_stands_for_a_missing_value(tmp_path, cell):
    path = write(tmp_path, f'a,b,t\n{TWENTY}1,"{cell}",0\n')
    with pytest.raises(DataError, match=r"line 22, column 'b'.*\(1 value is missing;"):
        load_csv(path, "t")
    assert load_csv(path, "t", missing="drop").samples == 20


def test_missing_values_are_counted(tmp_path):
    path = write(tmp_path, LACKING)
    with pytest.raises(DataError) as caught:
        load_csv(path, "t")
    assert "line 22, column 'b': the cell is empty; fill it in" in str(caught.value)
    assert "(4 values are missing in 2 columns; --missing drop leaves" in str(caught.value)


def test_rows_that_lack_a_value_are_dropped(tmp_path):
    path = write(tmp_path, LACKING)
    table = load_csv(path, "t", missing="drop")
    assert table.samples == 21
    assert table.rows[-2:] == ((19.0, 4.0), (3.0, 4.0))
    assert table.notes == ("3 of 24 rows lack a value: left out (b: 3, a: 1)",)
    # A column that is not used may lack whatever it likes.
    assert load_csv(path, "t", features=["a"], missing="drop").samples == 23
    # Whether a column is constant, and which levels it has, is seen in the rows that stay.

    rows = "".join(f"{i},k,7,{i % 2}\n" for i in range(9))
    path = write(tmp_path, f"a,b,c,t\n{rows}1,other,8,\n")
    table = load_csv(path, "t", missing="drop")
    assert table.features == ("a",)
    assert table.notes[1:] == ("b is k in every row: left out", "c is 7 in every row: left out")


def test_the_line_is_right_where_rows_were_dropped(tmp_path):
    path = write(tmp_path, f"a,b,t\n1,,0\n\n{TWENTY}1,x,0\n")
    with pytest.raises(DataError, match="line 24, column 'b': 'x' is not a number"):
        load_csv(path, "t", missing="drop")


def test_missing_values_become_the_mean_in_training_and_later(tmp_path):
    table = load_csv(write(tmp_path, LACKING), "t", missing="mean")
    a = [*range(20), 1, 2, 3]
    b = [i * i % 7 for i in range(20)] + [4]
    assert table.samples == 24
    assert table.rows[-4:] == (
        (1.0, sum(b) / len(b)),
        (2.0, sum(b) / len(b)),
        (sum(a) / len(a), sum(b) / len(b)),
        (3.0, 4.0),
    )
    assert table.notes == (
        f"a: 1 of 24 values are missing; its mean {sum(a) / len(a):g} stands for them",
        f"b: 3 of 24 values are missing; its mean {sum(b) / len(b):g} stands for them",
    )
    later = load_csv(write(tmp_path, "b,a\n,5\n1,\n"), encoding=table.encoding)
    assert later.rows == ((5.0, sum(b) / len(b)), (sum(a) / len(a), 1.0))


def test_a_missing_level_becomes_the_share_of_each_level(tmp_path):
    rows = "".join(f"{i},{'uvwwww'[i % 6]},{i % 2}\n" for i in range(12))
    table = load_csv(write(tmp_path, f"a,b,t\n{rows}3,NA,1\n"), "t", missing="mean")
    assert table.features == ("a", "b=v", "b=w")
    assert table.rows[-1] == (3.0, 2 / 12, 8 / 12)


@pytest.mark.parametrize("missing", ["error", "mean"])
def test_a_label_is_never_made_up(tmp_path, missing):
    path = write(tmp_path, f"a,b,t\n{TWENTY}1,2,\n")
    with pytest.raises(DataError, match="line 22, column 't': the cell is empty"):
        load_csv(path, "t", missing=missing)


def test_when_nothing_is_left(tmp_path):
    path = write(tmp_path, "a,t\n?,0\n2,\n")
    with pytest.raises(DataError, match=r"every row lacks a value \(a: 1, t: 1\), so"):
        load_csv(path, "t", missing="drop")
    encoding = load_csv(write(tmp_path, f"a,b,t\n{TWENTY}"), "t", features=["a"]).encoding
    with pytest.raises(DataError, match="every row lacks a value"):
        load_csv(write(tmp_path, "a\n?\n"), encoding=encoding, missing="drop")
    path = write(tmp_path, "a,b,t\n?,1,0\n,2,1\n")
    with pytest.raises(DataError, match="column 'a' has no value at all"):
        load_csv(path, "t", missing="mean")


# ---------------------------------------------------------------------------- labels


@pytest.mark.parametrize(
    ("bounds", "label", "message"),
    [
        ((0.0, 1.0, False, False), "1.5", "the label 1.5 is not at least 0 and at most 1"),
        ((0.0, inf, False, True), "-1", "the label -1 is not at least 0"),
        ((0.0, 2.0, False, True), "2", "the label 2 is not at least 0 and below 2"),
        ((-1.0, 1.0, True, False), "-1", "the label -1 is not above -1 and at most 1"),
    ],
)
def test_labels_that_the_loss_cannot_take(tmp_path, bounds, label, message):
    path = write(tmp_path, f"a,b,t\n{TWENTY}1,2,{label}\n3,4,{label}\n")
    with pytest.raises(DataError) as caught:
        load_csv(path, "t", labels=bounds)
    assert f"{path}, line 22, column 't': {message}" in str(caught.value)
    encoding = load_csv(path, "t").encoding
    with pytest.raises(DataError, match="line 22, column 't'"):
        load_csv(path, "t", encoding=encoding, labels=bounds)


def test_numbers_near_the_end_of_the_range_are_read(tmp_path):
    path = write(tmp_path, "a,t\n1.7e308,0\n-1.7e308,1\n1.6e308,1\n")
    table = load_csv(path, "t")
    assert table.rows == ((1.7e308,), (-1.7e308,), (1.6e308,))
    with pytest.raises(DataError, match="column 'a' are too large to be standardised"):
        table.standardized()


def test_a_mean_that_is_too_large_for_a_float(tmp_path):
    rows = "1.7e308,0\n1.7e308,1\n1.6e308,1\n"
    for more in ("", "1,0\n" * 5000 + rows):  # in one part of the file, and in several
        with pytest.raises(DataError, match="column 'a' are too large to have a mean"):
            load_csv(write(tmp_path, f"a,t\n{rows}{more}"), "t", missing="mean")


def test_statistics_and_standardised_columns():
    table = load_csv(IRIS, "virginica")
    known = table.statistics
    columns = list(zip(*table.standardized().rows, strict=True))
    for j, column in enumerate(columns):
        original = [row[j] for row in table.rows]
        assert (known.least[j], known.greatest[j]) == (min(original), max(original))
        assert known.means[j] == pytest.approx(sum(original) / 100, rel=1e-15)
        mean, deviation = known.means[j], known.deviations[j]
        assert list(column) == [(value - mean) / deviation for value in original]
        assert sum(column) == pytest.approx(0.0, abs=1e-11)
        assert sum(value * value for value in column) / 100 == pytest.approx(1.0, rel=1e-13)


def test_a_table_can_be_made_by_hand():
    table = Table(("a",), ((1.0,), (1.0,)), "t", (0.0, 1.0))
    assert table.outputs == 1
    assert table.statistics.deviations == (1.0,)  # one can always divide by it
    assert table.standardized().rows == ((0.0,), (0.0,))


def test_columns_by_name_and_by_encoding_exclude_each_other():
    encoding = load_csv(IRIS, "virginica").encoding
    assert isinstance(encoding, Encoding)
    with pytest.raises(DataError, match="the encoding says which columns"):
        load_csv(IRIS, features=["sepal_length"], encoding=encoding)
