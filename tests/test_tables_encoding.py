"""Text as numbers: levels, labels, columns that say nothing, and the encoding a model keeps."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivation.errors import DataError
from derivation.tables import Encoding, load_csv
from derivation.tables.cells import MISSING, kind_of
from derivation.tables.decide import natural
from derivation.tables.dependence import MOST_COLUMNS
from derivation.tables.encoding import Column, ColumnKind, Target, TargetKind

TOWNS = "".join(
    f"{i % 5},{['Oslo', 'Rome', 'Bern'][i % 3]},{'yn'[i * 7 % 5 % 2]}\n" for i in range(20)
)


def write(tmp_path, text):
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def towns(tmp_path, target="t", **options):
    return load_csv(write(tmp_path, f"a,town,t\n{TOWNS}"), target, **options)


# ---------------------------------------------------------------------------- levels


def test_a_column_of_text_becomes_one_column_for_each_level_but_the_first(tmp_path):
    table = towns(tmp_path)
    assert table.features == ("a", "town=Oslo", "town=Rome")
    assert table.rows[:3] == ((0.0, 1.0, 0.0), (1.0, 0.0, 1.0), (2.0, 0.0, 0.0))
    assert "town has 3 levels, 'Bern' first" in table.notes


def test_a_column_that_names_the_rows_is_noted(tmp_path):
    rows = "".join(f"state {i},{i * i},{i % 2}\n" for i in range(5))
    table = load_csv(write(tmp_path, f"state,a,t\n{rows}"), "t")
    assert table.notes == (
        "state has another value in every row; if it names the rows, leave it out",
        "5 rows for 6 coefficients: without a penalty (l2) they are not unique",
    )


def test_numbers_as_names(tmp_path):
    rows = "".join(f"{[9, 10, 100][i % 3]},{i % 2}\n" for i in range(12))
    table = load_csv(write(tmp_path, f"zip,t\n{rows}"), "t", categorical=["zip"])
    assert table.features == ("zip=10", "zip=100")
    assert table.rows[:3] == ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    with pytest.raises(DataError, match=r"has '1' and '1\.0', the same number"):
        load_csv(write(tmp_path, f"zip,t\n{rows}1,0\n1.0,1\n"), "t", categorical=["zip"])


def test_mostly_text_with_some_numbers_is_text(tmp_path):
    rows = "".join(f"{['A', 'B', '3'][i % 3]},{i % 2}\n" for i in range(12))
    assert load_csv(write(tmp_path, f"code,t\n{rows}"), "t").features == ("code=A", "code=B")
    # The numbers come first, and enough of them to be read before any text is seen.
    rows = "7,0\n7,1\n" * 2000 + "x,0\ny,1\n" * 3000
    table = load_csv(write(tmp_path, f"code,t\n{rows}"), "t")
    assert table.features == ("code=x", "code=y")
    assert table.rows[0] == (0.0, 0.0)


def test_the_order_of_levels_is_natural():
    levels = ["a10", "b", "10", "a2", "9", "a", "-1", "a02", "A"]
    assert sorted(levels, key=natural) == ["-1", "9", "10", "A", "a", "a02", "a2", "a10", "b"]
    assert sorted(["9" * 5000, "x" + "9" * 5000], key=natural)


def test_blanks_around_a_level_mean_nothing(tmp_path):
    path = write(tmp_path, "a,t\nx,0\n x ,1\ny,0\n")
    assert load_csv(path, "t").rows == ((0.0,), (0.0,), (1.0,))


def test_too_many_levels(tmp_path):
    rows = "".join(f"user {i},{i % 2}\n" for i in range(101))
    with pytest.raises(DataError, match="column 'id' has more than 100 different"):
        load_csv(write(tmp_path, f"id,t\n{rows}"), "t")
    rows = rows.replace("user 100,", "user 99,")
    assert len(load_csv(write(tmp_path, f"id,t\n{rows}"), "t", dependent="keep").features) == 99


def test_two_columns_that_would_have_one_name(tmp_path):
    rows = "".join(f"{'uv'[i % 2]},{i * i % 7},{i % 3 % 2}\n" for i in range(12))
    with pytest.raises(DataError, match="two columns would be called 'a=v'"):
        load_csv(write(tmp_path, f"a,a=v,t\n{rows}"), "t")


# ---------------------------------------------------------------------------- labels


def test_a_target_of_two_levels(tmp_path):
    table = towns(tmp_path)
    assert table.labels[:4] == (1.0, 1.0, 1.0, 0.0)
    assert table.encoding.classes == ("n", "y")
    assert table.notes[0] == "t: 'n' is 0, 'y' is 1"
    table = towns(tmp_path, positive="n")
    assert table.labels[:4] == (0.0, 0.0, 0.0, 1.0)
    assert table.encoding.classes == ("y", "n")
    with pytest.raises(DataError, match="the target 't' is never 'q'; it is 'n' or 'y'"):
        towns(tmp_path, positive="q")


def test_numbers_as_two_levels(tmp_path):
    path = write(tmp_path, "a,t\n1,1\n3,2\n4,1\n")
    assert load_csv(path, "t").labels == (1.0, 2.0, 1.0)
    assert load_csv(path, "t", positive="2").labels == (0.0, 1.0, 0.0)
    assert load_csv(path, "t", positive="1").labels == (1.0, 0.0, 1.0)


def test_classes(tmp_path):
    with pytest.raises(DataError, match="the target 'town' has the 3 levels 'Bern', 'Oslo'"):
        towns(tmp_path, "town")
    table = towns(tmp_path, "town", classes=True)
    assert table.outputs == 3
    assert table.labels[:3] == (1.0, 2.0, 0.0)
    assert [column[:3] for column in table.label_columns()] == [
        [0.0, 0.0, 1.0],
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
    ]
    assert towns(tmp_path, "t", classes=True).outputs == 2
    numbers = load_csv(write(tmp_path, "a,t\n1,0\n3,10\n4,9\n"), "t", classes=True)
    assert numbers.encoding.classes == ("0", "9", "10")
    rows = "".join(f"{i * i},{i}.5\n" for i in range(150))
    with pytest.raises(DataError, match="more than 100 different values"):
        load_csv(write(tmp_path, f"a,t\n{rows}"), "t", classes=True)


# ---------------------------------------------------------------------------- other files


def test_an_encoding_is_applied_to_other_files(tmp_path):
    encoding = towns(tmp_path).encoding
    table = load_csv(write(tmp_path, "more,town,a\nx,Rome,1\n,Bern,2\n"), encoding=encoding)
    assert table.features == encoding.features
    assert table.rows == ((1.0, 0.0, 1.0), (2.0, 0.0, 0.0))
    assert table.target is None
    assert table.labels == ()
    scored = load_csv(write(tmp_path, "t,town,a\ny,Rome,1\nn,Bern,2\n"), "t", encoding=encoding)
    assert scored.labels == (1.0, 0.0)
    assert scored.notes == ()  # one row, or one level, is enough here


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("town,a\nRome,1\nParis,2\n", "line 3, column 'town': 'Paris' is no level that is known: "),
        ("town,a\nRome,1\nrome,2\n", "'rome' .* 'Bern', 'Oslo', 'Rome'; did you mean 'Rome'"),
        ("town,a\nRome,1\nNA,2\n", "line 3, column 'town': 'NA' stands for a missing value"),
        ("town,a\nRome,\n", "line 2, column 'a': the cell is empty"),
        ("town,a\nRome,1\nRome,x\n", "line 3, column 'a': 'x' is not a number"),
        ('town,a\nRome,"1,5"\n', "line 2, column 'a': '1,5' is not a number; write decimals"),
        ("town,b\nRome,1\n", "no column 'a'"),
        ("town,a\n", "no rows"),
    ],
)
def test_what_an_encoding_has_no_number_for(tmp_path, text, message):
    encoding = towns(tmp_path).encoding
    with pytest.raises(DataError, match=message):
        load_csv(write(tmp_path, text), encoding=encoding)


def test_a_label_that_was_not_there_in_training(tmp_path):
    encoding = towns(tmp_path).encoding
    path = write(tmp_path, "t,town,a\ny,Rome,1\nm,Bern,2\n")
    with pytest.raises(DataError, match="line 3, column 't': 'm' is no level that is known"):
        load_csv(path, "t", encoding=encoding)


names = st.text(min_size=1, max_size=8)
levels = st.lists(names, min_size=2, max_size=5, unique=True).map(tuple)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def columns(draw):
    kind = draw(st.sampled_from(ColumnKind))
    column = Column(draw(names), kind, draw(levels) if kind is ColumnKind.LEVELS else ())
    count = len(column.encoded)
    means = draw(st.none() | st.lists(numbers, min_size=count, max_size=count).map(tuple))
    return Column(column.name, kind, column.levels, means)


targets = st.one_of(
    st.none(),
    st.builds(Target, names, st.just(TargetKind.NUMBER)),
    st.builds(Target, names, st.just(TargetKind.TWO_LEVELS), levels.map(lambda ls: ls[:2])),
    st.builds(Target, names, st.just(TargetKind.CLASSES), levels),
)


@given(st.builds(Encoding, st.lists(columns(), max_size=4).map(tuple), targets))
def test_an_encoding_comes_back_from_json(encoding):
    again = Encoding.from_json(json.loads(json.dumps(encoding.to_json())))
    assert again == encoding
    assert repr(again) == repr(encoding)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: [],
        lambda _: {},
        lambda v: {**v, "columns": {}},
        lambda v: {**v, "target": "t"},
        lambda v: {**v, "target": {**v["target"], "levels": ["n"]}},
        lambda v: {**v, "target": {**v["target"], "levels": ["n", "y", "z"]}},
        lambda v: {**v, "columns": [{**v["columns"][0], "kind": "colour"}]},
        lambda v: {**v, "columns": [{**v["columns"][0], "name": 3}]},
        lambda v: {**v, "columns": [{**v["columns"][0], "means": [1.0, 2.0]}]},
        lambda v: {**v, "columns": [{**v["columns"][0], "means": [float("nan")]}]},
        lambda v: {**v, "columns": [{**v["columns"][0], "means": [True]}]},
        lambda v: {**v, "columns": [{**v["columns"][1], "levels": []}]},
        lambda v: {**v, "columns": [{**v["columns"][1], "levels": ["a", "a"]}]},
    ],
)
def test_what_is_no_encoding(tmp_path, change):
    value = towns(tmp_path).encoding.to_json()
    with pytest.raises(DataError, match="not an encoding"):
        Encoding.from_json(change(value))


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=5).filter(
    lambda text: text.strip().lower() not in MISSING
)


@given(st.lists(st.tuples(words.map("w".__add__), st.integers(0, 9)), min_size=3, max_size=30))
def test_any_text_is_encoded_as_it_is_decoded(rows):
    """Each row says which level it had, whatever the text is."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([("word", "number"), *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        path.write_bytes(text.getvalue().encode())
        table = load_csv(path)
        again = load_csv(path, encoding=table.encoding)
    assert again.rows == table.rows
    column = table.encoding.columns[0]
    for row, (word, number) in zip(table.rows, rows, strict=True):
        assert row[-1] == number
        assert sum(row[:-1]) <= 1.0
        code = [0.0, *row[:-1]]
        level = column.levels[code.index(max(code))] if column.levels else rows[0][0].strip()
        assert level == word.strip()


def test_every_kind_of_cell_is_told_apart():
    kinds = {cell: kind_of(cell).name for cell in ("1", " 1e5 ", "x", "", "?", "1,5", "inf", "1_0")}
    assert kinds == {
        "1": "NUMBER",
        " 1e5 ": "NUMBER",
        "x": "TEXT",
        "": "MISSING",
        "?": "MISSING",
        "1,5": "WRONG",
        "inf": "WRONG",
        "1_0": "WRONG",
    }


# ---------------------------------------------------------------------------- nothing new


def test_a_constant_column_is_left_out(tmp_path):
    rows = "".join(f"{i},3,same,{i * i % 5},{i % 2}\n" for i in range(20))
    table = load_csv(write(tmp_path, f"a,b,c,d,t\n{rows}"), "t")
    assert table.features == ("a", "d")
    assert table.rows[3] == (3.0, 4.0)
    assert table.notes == ("b is 3 in every row: left out", "c is same in every row: left out")
    # A model does not ask for it later.
    assert load_csv(write(tmp_path, "d,a\n1,2\n"), encoding=table.encoding).rows == ((2.0, 1.0),)
    with pytest.raises(DataError, match="every column beside the target has the same value"):
        load_csv(write(tmp_path, f"a,b,c,d,t\n{rows}"), "t", features=["b", "c"])


def value(formula, i):
    """The value in row i of an expression in the columns before it."""
    return eval(formula, {"a": i, "b": i * i % 11, "c": i * 7 % 5})  # noqa: S307  # the texts below


def dependent_table(tmp_path, formula, *, rows=40):
    lines = (f"{i},{i * i % 11},{i * 7 % 5},{value(formula, i)!r},{i % 2}\n" for i in range(rows))
    return write(tmp_path, "a,b,c,d,t\n" + "".join(lines))


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("a", "the columns 'a' and 'd' are the same, so their coefficients"),
        ("2.54 * b", "the columns 'b' and 'd' say the same, d = 2.54 b, "),
        ("32 + 1.8 * c", "the columns 'c' and 'd' say the same, d = 32 + 1.8 c, "),
        ("-a", "the columns 'a' and 'd' say the same, d = -a, "),
        ("a - 2 * c + 1", "the column 'd' follows from others, d = 1 + a - 2 c, "),
        ("1e5 + a + b / 3", "follows from others, d = 100000 + a + 0.333333 b, "),
    ],
)
def test_a_column_that_follows_from_others(tmp_path, formula, message):
    path = dependent_table(tmp_path, formula)
    with pytest.raises(DataError) as caught:
        load_csv(path, "t")
    assert message in str(caught.value)
    assert load_csv(path, "t", dependent="keep").features == ("a", "b", "c", "d")
    assert load_csv(path).samples == 40  # not to be trained on


@pytest.mark.parametrize(
    "formula",
    [
        "a + 1e-3 * b * c",
        "a * a",
        "a + (1e-4 if a == 17 else 0.0)",  # one row that is not in the sample
        "1.0 if a == 33 else 0.0",
    ],
)
def test_a_column_that_does_not_follow(tmp_path, formula):
    path = dependent_table(tmp_path, formula)
    assert load_csv(path, "t").features == ("a", "b", "c", "d")


def test_two_columns_that_are_the_same_where_few_rows_show_it(tmp_path):
    rows = "".join(f"{i},{i == 77:d},{i == 77:d},{i % 2}\n" for i in range(200))
    with pytest.raises(DataError, match="the columns 'b' and 'c' are the same"):
        load_csv(write(tmp_path, f"a,b,c,t\n{rows}"), "t")
    rows = "".join(f"{i},{i == 77:d},{i == 78:d},{i % 2}\n" for i in range(200))
    assert load_csv(write(tmp_path, f"a,b,c,t\n{rows}"), "t").samples == 200


def test_a_full_set_of_indicators_is_noticed(tmp_path):
    rows = "".join(f"{i % 3 == 0:d},{i % 3 == 1:d},{i % 3 == 2:d},{i % 2}\n" for i in range(3000))
    with pytest.raises(DataError, match="'c' follows from others, c = 1 - a - b, so"):
        load_csv(write(tmp_path, f"a,b,c,t\n{rows}"), "t")


def test_many_rare_levels_are_independent(tmp_path):
    rows = "".join(f"{'w' if i % 100 else f'rare {i}'},{i % 7},{i % 2}\n" for i in range(9000))
    table = load_csv(write(tmp_path, f"word,a,t\n{rows}"), "t")
    assert len(table.features) == 91


def test_small_and_wide_tables_are_not_looked_at(tmp_path):
    assert load_csv(write(tmp_path, "a,b,t\n1,2,0\n2,4,1\n4,8,1\n"), "t").samples == 3
    width = MOST_COLUMNS + 1
    header = ",".join(f"x{j}" for j in range(width))
    rows = "".join(",".join([str(i % 2 + i)] * width) + f",{i % 2}\n" for i in range(width + 5))
    assert load_csv(write(tmp_path, f"{header},t\n{rows}"), "t").features[1] == "x1"


def exact_rank(rows):
    """By Gauss's method in fractions."""
    rows, rank = [list(map(Fraction, row)) for row in rows], 0
    for j in range(len(rows[0])):
        pivot = next((r for r in rows[rank:] if r[j]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(rank, pivot)
        for row in rows[rank + 1 :]:
            factor = row[j] / pivot[j]
            row[:] = [x - factor * p for x, p in zip(row, pivot, strict=True)]
        rank += 1
    return rank


@given(
    st.lists(st.tuples(*[st.integers(-2, 2)] * 4), min_size=8, max_size=24),
    st.lists(st.integers(-2, 2), min_size=4, max_size=4),
    st.booleans(),
)
def test_dependence_is_that_of_exact_arithmetic(rows, multiples, dependent):
    if dependent:
        rows = [(*r, 3 + sum(map(int.__mul__, r, multiples))) for r in rows]
    varying = [
        [row[j] for j in range(len(rows[0])) if len({r[j] for r in rows}) > 1] for row in rows
    ]
    if not varying[0] or len(rows) <= len(varying[0]) + 1:
        return
    independent = exact_rank([(1, *row) for row in varying]) == 1 + len(varying[0])
    text = ",".join(f"x{j}" for j in range(len(rows[0]))) + ",t\n"
    text += "".join(",".join(map(str, row)) + f",{i % 2}\n" for i, row in enumerate(rows))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        path.write_text(text, encoding="utf-8")
        try:
            load_csv(path, "t")
            found = True
        except DataError:
            found = False
    assert found == independent
