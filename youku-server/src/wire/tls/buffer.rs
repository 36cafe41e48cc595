//! Bytes on their way, in memory that is given back while there are none.

use tokio::io::ReadBuf;

/// Bytes that are taken from the front and put behind.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    /// What is there.
    pub(super) fn filled(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }

    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Room for at least `size` bytes behind what is there; [`add`](Self::add) says how many came.
    pub(super) fn room(&mut self, size: usize) -> &mut [u8] {
        if self.bytes.len() - self.end < size {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.len());
            let wanted = self.bytes.len().max(self.end + size);
            self.bytes.resize(wanted, 0);
        }
        &mut self.bytes[self.end..]
    }

    /// The first `count` bytes of the room are there now.
    pub(super) fn add(&mut self, count: usize) {
        self.end += count;
    }

    /// Puts a copy of `bytes` behind what is there.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
            self.add(bytes.len());
        }
    }

    /// The first `count` bytes have gone.
    pub(super) fn take(&mut self, count: usize) {
        self.start += count;
        if self.is_empty() {
            (self.start, self.end) = (0, 0);
        }
    }

    /// Moves what fits into `reader`.
    pub(super) fn move_to(&mut self, reader: &mut ReadBuf<'_>) {
        let count = self.len().min(reader.remaining());
        reader.put_slice(&self.filled()[..count]);
        self.take(count);
    }

    /// How much memory it takes.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Gives the memory back if nothing is there.
    pub(super) fn release(&mut self) {
        if self.is_empty() {
            *self = Self::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_leave_in_the_order_in_which_they_came() {
        let (mut buffer, mut left) = (Buffer::default(), Vec::new());
        for number in 0..=255_u8 {
            buffer.put(&[number; 3]);
            let mut piece = [0; 2];
            let mut reader = ReadBuf::new(&mut piece);
            buffer.move_to(&mut reader);
            left.extend_from_slice(reader.filled());
        }
        assert_eq!(buffer.len(), 256);
        left.extend_from_slice(buffer.filled());
        let came: Vec<u8> = (0..=255).flat_map(|number| [number; 3]).collect();
        assert_eq!(left, came);
    }

    #[test]
    fn an_empty_buffer_gives_its_memory_back() {
        let mut buffer = Buffer::default();
        buffer.put(b"abc");
        buffer.release();
        assert_eq!(buffer.filled(), b"abc");
        buffer.take(3);
        buffer.release();
        assert_eq!(buffer.capacity(), 0);
    }
}
