//! Tables whose columns are aligned, whatever the width of their characters.

use comfy_table::{CellAlignment, ContentArrangement, Row, Table};

/// How many columns to assume for a terminal of unknown width.
pub(super) const DEFAULT_WIDTH: usize = 80;

/// How many spaces separate two columns.
const GAP: u16 = 2;

/// Marks the end of a text that was cut.
const CUT: &str = "…";

/// A table: heads, and rows of as many cells.
///
/// Widths are those of a terminal, where a Chinese character takes two columns (Unicode Standard
/// Annex 11). Where the table is wider than its room, the widest column is cut and says so with `…`.
///
/// ```
/// use youku_server::terminal::TextTable;
///
/// let mut table = TextTable::new(["id", "name"]).right(0);
/// table.row(["7", "黑客帝国"]);
/// table.row(["12", "The Matrix"]);
/// assert_eq!(table.lines(None), ["id  name", " 7  黑客帝国", "12  The Matrix"]);
/// assert_eq!(table.lines(Some(10)), ["id  name", " 7  黑客…", "12  The M…"]);
/// ```
#[derive(Debug, Clone)]
pub struct TextTable(Table);

impl TextTable {
    /// A table without rows.
    pub fn new<H: Into<String>>(heads: impl IntoIterator<Item = H>) -> Self {
        let mut table = Table::new();
        table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_truncation_indicator(CUT)
            // A text is cut between characters, and not at the last space, so it shows as much as fits.
            // No cell contains NUL, because control characters are removed.
            .set_delimiter('\0')
            .load_preset(comfy_table::presets::NOTHING)
            .set_header(row(heads));
        let last = table.column_count().saturating_sub(1);
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, if index == last { 0 } else { GAP }));
        }
        Self(table)
    }

    /// Aligns a column, counted from 0, at its right side, as numbers are.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        if let Some(column) = self.0.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        self
    }

    /// Adds a row. Control characters are removed from its cells.
    pub fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.0.add_row(row(cells));
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.0.row_count()
    }

    /// Whether the table has no rows.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The heads and the rows, a line each, no line wider than `room` columns; `None` for as wide as
    /// it takes.
    pub fn lines(&self, room: Option<usize>) -> Vec<String> {
        let mut table = self.0.clone();
        if let Some(room) = room {
            table.set_width(u16::try_from(room).unwrap_or(u16::MAX));
        }
        let lines = table.lines();
        lines.map(|line| line.trim_end().to_owned()).collect()
    }
}

/// A row of one line.
fn row<C: Into<String>>(cells: impl IntoIterator<Item = C>) -> Row {
    let shown = |cell: C| cell.into().chars().filter(|c| !c.is_control()).collect();
    let mut row = Row::from(cells.into_iter().map(shown).collect::<Vec<String>>());
    row.max_height(1);
    row
}

/// How many columns the terminal has; `None` if the output is not a terminal.
pub fn terminal_width() -> Option<usize> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(usize::from(columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[[&str; 3]], room: usize, expected: &[&str]) {
        let mut table = TextTable::new(["#", "名称", "kind"]).right(0);
        for row in rows {
            table.row(*row);
        }
        assert_eq!(table.lines(Some(room)), expected);
    }

    #[test]
    fn columns_are_aligned() {
        let rows = [["1", "黑客帝国", "free"], ["10", "The Matrix", "paid"]];
        let expected = [
            " #  名称        kind",
            " 1  黑客帝国    free",
            "10  The Matrix  paid",
        ];
        check(&rows, 80, &expected);
    }

    #[test]
    fn the_widest_column_is_cut_between_characters() {
        let rows = [["1", "黑客帝国三部曲全集", "free"]];
        check(&rows, 18, &["#  名称       kind", "1  黑客帝国…  free"]);
        check(&rows, 17, &["#  名称      kind", "1  黑客帝…   free"]);
        let rows = [["1", "The Matrix Reloaded", "free"]];
        check(
            &rows,
            22,
            &["#  名称           kind", "1  The Matrix R…  free"],
        );
        let rows = [["1", "速度与激情 十二部合集典藏版", "free"]];
        check(&rows, 18, &["#  名称       kind", "1  速度与激…  free"]);
        let cut = ["#  名称            kind", "1  速度与激情 十…  free"];
        check(&rows, 23, &cut);
    }

    #[test]
    fn control_characters_are_removed_from_cells() {
        check(
            &[["1", "a\u{1b}[2J\nb", "free"]],
            80,
            &["#  名称   kind", "1  a[2Jb  free"],
        );
    }
}
