//! Tables whose columns are aligned, whatever the width of their characters.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns to assume for a terminal of unknown width.
pub(super) const DEFAULT_WIDTH: usize = 80;

/// Separates two columns.
const GAP: &str = "  ";

/// Marks the end of a text that was cut.
const CUT: char = '…';

/// The least width of a column that is made narrower.
const LEAST: usize = 8;

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
/// assert_eq!(table.lines(Some(13)), ["id  name", " 7  黑客帝国", "12  The Matr…"]);
/// ```
#[derive(Debug, Clone)]
pub struct TextTable {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
    right: Vec<usize>,
}

impl TextTable {
    /// A table without rows.
    pub fn new<H: Into<String>>(heads: impl IntoIterator<Item = H>) -> Self {
        Self {
            heads: heads.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
            right: Vec::new(),
        }
    }

    /// Aligns a column, counted from 0, at its right side, as numbers are.
    #[must_use]
    pub fn right(mut self, column: usize) -> Self {
        self.right.push(column);
        self
    }

    /// Adds a row. Control characters are left out of its cells.
    pub fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let shown = |cell: C| cell.into().chars().filter(|c| !c.is_control()).collect();
        self.rows.push(cells.into_iter().map(shown).collect());
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the table has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The heads and the rows, a line each, no line wider than `room` columns; `None` for as wide as
    /// it takes.
    pub fn lines(&self, room: Option<usize>) -> Vec<String> {
        let widths = self.widths(room);
        std::iter::once(&self.heads)
            .chain(&self.rows)
            .map(|cells| self.line(cells, &widths))
            .collect()
    }

    fn widths(&self, room: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.heads.iter().map(|head| head.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        let room = room.map_or(usize::MAX, |room| room.saturating_sub(gaps));
        while widths.iter().sum::<usize>() > room {
            let excess = widths.iter().sum::<usize>() - room;
            match widths.iter_mut().max() {
                Some(widest) if *widest > LEAST => {
                    *widest = widest.saturating_sub(excess).max(LEAST)
                }
                _ => break,
            }
        }
        widths
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let cell = fit(cell, *width);
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            if column > 0 {
                line.push_str(GAP);
            }
            if self.right.contains(&column) {
                line.extend([padding, cell]);
            } else {
                line.extend([cell, padding]);
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// `text` in at most `width` columns.
fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut fitting = String::new();
    let mut left = width.saturating_sub(1);
    for character in text.chars() {
        let columns = character.width().unwrap_or(0);
        if columns > left {
            break;
        }
        left -= columns;
        fitting.push(character);
    }
    fitting.push(CUT);
    fitting
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
    fn columns_stand_below_each_other() {
        let rows = [["1", "黑客帝国", "free"], ["10", "The Matrix", "charged"]];
        let expected = [
            " #  名称        kind",
            " 1  黑客帝国    free",
            "10  The Matrix  charged",
        ];
        check(&rows, 80, &expected);
    }

    #[test]
    fn the_widest_column_gives_way_between_characters() {
        let rows = [["1", "黑客帝国三部曲全集", "free"]];
        check(&rows, 18, &["#  名称       kind", "1  黑客帝国…  free"]);
        check(&rows, 17, &["#  名称      kind", "1  黑客帝…   free"]);
    }

    #[test]
    fn cells_cannot_move_the_cursor() {
        check(
            &[["1", "a\u{1b}[2J\nb", "free"]],
            80,
            &["#  名称   kind", "1  a[2Jb  free"],
        );
    }
}
