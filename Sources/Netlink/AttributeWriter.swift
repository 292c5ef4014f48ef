/// An append-only builder of netlink attributes and the messages around them, in one contiguous buffer.
///
/// Attributes are `struct nlattr` (linux/netlink.h): length and type in host order, then the payload, padded to 4 bytes.
/// A payload over 65,531 bytes does not fit the 16-bit length: the first such attribute sets ``failure``, which every
/// way to get the finished bytes throws, so a batch is never sent with a length that wrapped.
public struct AttributeWriter: Sendable {
    // Grown in large zeroed steps, so that each value is one bounds-checked store and not a run of appends.
    @usableFromInline var storage: [UInt8]
    @usableFromInline var used = 0
    /// The first attribute or message that did not fit; nil while all is well.
    public private(set) var failure: NetlinkError?

    /// Makes an empty writer.
    ///
    /// - Parameter capacity: bytes to expect; more are possible.
    public init(capacity: Int = 256) { storage = [UInt8](repeating: 0, count: max(capacity, 64)) }

    /// Bytes written so far.
    @inlinable public var count: Int { used }

    /// What was written.
    ///
    /// - Throws: ``failure``.
    public consuming func finish() throws(NetlinkError) -> [UInt8] {
        if let failure { throw failure }
        storage.removeLast(storage.count - used)
        return storage
    }

    /// What was written, whether or not all of it fitted.
    var written: [UInt8] { Array(storage.prefix(used)) }

    /// Appends all that another writer has, its failure included.
    mutating func append(_ other: AttributeWriter) {
        let offset = advance(by: other.used)
        storage.replaceSubrange(offset..<used, with: other.storage.prefix(other.used))
        if let failure = other.failure { fail(failure) }
    }

    /// Makes room for some bytes, zeroed, and returns where they go.
    @inlinable
    mutating func advance(by length: Int) -> Int {
        let start = used
        used = start + length
        // 3 bytes more, so that aligning never has to grow.
        if used + 3 > storage.count { grow(to: used + 3) }
        return start
    }

    @inlinable
    mutating func align() { used = (used + 3) & ~3 }

    @usableFromInline
    mutating func grow(to needed: Int) {
        let target = max(needed, storage.count * 2)
        storage.append(contentsOf: repeatElement(0, count: target - storage.count))
    }

    /// Writes an attribute's header: both halves of `struct nlattr` in one store, as this is the hottest place.
    @inlinable
    mutating func storeHeader(length: Int, type: UInt16, at offset: Int) {
        let length = UInt32(truncatingIfNeeded: length) & 0xffff
        #if _endian(little)
            store(length | UInt32(type) << 16, at: offset)
        #else
            store(length << 16 | UInt32(type), at: offset)
        #endif
    }

    @inlinable
    mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value, at offset: Int) {
        var bytes = storage.mutableSpan
        var raw = unsafe bytes.mutableBytes
        raw.storeBytes(of: value, toByteOffset: offset, as: Value.self)
    }

    mutating func fail(_ error: NetlinkError) {
        if failure == nil { failure = error }
    }
}
