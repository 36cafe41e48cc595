//! A queue of bytes that frees its memory while it is empty.

use tokio::io::ReadBuf;

/// A queue of bytes: taken from the front, appended at the back.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Buffer {
    /// The bytes in the queue.
    pub(super) fn filled(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.end]
    }

    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Room for at least `size` bytes at the back. [`add`](Self::add) appends those that were written there.
    pub(super) fn room(&mut self, size: usize) -> &mut [u8] {
        if self.bytes.len() - self.end < size {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.len());
            let wanted = self.bytes.len().max(self.end + size);
            self.bytes.resize(wanted, 0);
        }
        &mut self.bytes[self.end..]
    }

    /// Appends the first `count` bytes of the room.
    pub(super) fn add(&mut self, count: usize) {
        self.end += count;
    }

    /// Appends a copy of `bytes`.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.room(bytes.len())[..bytes.len()].copy_from_slice(bytes);
            self.add(bytes.len());
        }
    }

    /// Removes the first `count` bytes.
    pub(super) fn take(&mut self, count: usize) {
        self.start += count;
        if self.is_empty() {
            (self.start, self.end) = (0, 0);
        }
    }

    /// Moves as many bytes into `reader` as fit.
    pub(super) fn move_to(&mut self, reader: &mut ReadBuf<'_>) {
        let count = self.len().min(reader.remaining());
        reader.put_slice(&self.filled()[..count]);
        self.take(count);
    }

    /// The size of its memory, in bytes.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Frees the memory if the queue is empty.
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
