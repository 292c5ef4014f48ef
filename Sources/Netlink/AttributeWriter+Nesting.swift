extension AttributeWriter {
    /// Where an open nested attribute began; given back to ``AttributeWriter/endNested(_:)``.
    public struct Nesting: Sendable {
        @usableFromInline let offset: Int

        @usableFromInline
        init(offset: Int) { self.offset = offset }
    }

    /// Bit 15 of the type: the payload is attributes (`NLA_F_NESTED`).
    public static var nestedBit: UInt16 { 0x8000 }

    /// Opens an attribute that holds attributes; what is appended until ``endNested(_:)`` goes into it.
    ///
    /// - Parameters:
    ///   - type: the kernel's number.
    ///   - flagged: whether to set `NLA_F_NESTED`, which strict parsers demand and all current ones allow.
    /// - Returns: what ``endNested(_:)`` wants.
    @inlinable
    public mutating func beginNested(_ type: UInt16, flagged: Bool = true) -> Nesting {
        align()
        let offset = advance(by: 4)
        store(flagged ? type | Self.nestedBit : type, at: offset + 2)
        return Nesting(offset: offset)
    }

    /// Closes a nested attribute by writing its length.
    @inlinable
    public mutating func endNested(_ nesting: Nesting) {
        align()
        let length = used - nesting.offset
        guard length <= 65_535 else {
            failNestedTooLong(nesting, length: length)
            return
        }
        store(UInt16(truncatingIfNeeded: length), at: nesting.offset)
    }

    @usableFromInline
    mutating func failNestedTooLong(_ nesting: Nesting, length: Int) {
        let type = storage[...].hostInteger(at: nesting.offset + 2, as: UInt16.self) ?? 0
        failTooLong(type & ~Self.nestedBit, length: length - 4)
    }

    /// Appends an attribute that holds what the body appends.
    ///
    /// - Parameters:
    ///   - type: the kernel's number.
    ///   - flagged: see ``beginNested(_:flagged:)``.
    ///   - body: appends the inner attributes.
    /// - Throws: what the body throws.
    @inlinable
    public mutating func nested<Failure: Error>(
        _ type: UInt16,
        flagged: Bool = true,
        _ body: (inout AttributeWriter) throws(Failure) -> Void
    ) throws(Failure) {
        let nesting = beginNested(type, flagged: flagged)
        try body(&self)
        endNested(nesting)
    }

    /// The length that a nested attribute begun there has by now, its header included; 65,535 is the most.
    @inlinable
    public func length(of nesting: Nesting) -> Int { ((used + 3) & ~3) - nesting.offset }
}
