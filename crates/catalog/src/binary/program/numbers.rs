//! Numbers of a file in its own byte order and width.

/// How a file writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbers {
    /// The most significant byte first.
    pub(super) big: bool,
    /// Addresses have 64 bits, not 32.
    pub(super) wide: bool,
}

impl Numbers {
    /// Little-endian, 32 bits.
    pub(super) const LITTLE: Self = Self { big: false, wide: false };
    /// Big-endian, 32 bits.
    pub(super) const BIG: Self = Self { big: true, wide: false };

    pub(super) fn half(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    pub(super) fn word(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// A number as wide as an address.
    pub(super) fn address(self, bytes: &[u8], at: usize) -> Option<u64> {
        if !self.wide {
            return self.word(bytes, at).map(u64::from);
        }
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(if self.big { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }
}
