extension ArraySlice<UInt8> {
    /// The integer in host order at an offset from the slice's start; nil if it is not wholly inside.
    @inlinable
    public func hostInteger<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) -> Value? {
        // On a little-endian host the host's order is the reverse of the network's.
        networkInteger(at: offset, as: type)?.bigEndian
    }

    /// The integer in network order at an offset from the slice's start; nil if it is not wholly inside.
    @inlinable
    public func networkInteger<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) -> Value? {
        let size = Value.bitWidth / 8
        guard offset >= 0, count >= size, offset <= count - size else { return nil }
        var value: Value = 0
        for index in startIndex + offset..<startIndex + offset + size {
            // A shift by all of an 8-bit value's bits gives 0, as it should.
            value = value << 8 | Value(truncatingIfNeeded: self[index])
        }
        return value
    }
}
