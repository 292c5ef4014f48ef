public import NetworkTypes

/// A payload that starts a message: a struct such as `ifinfomsg`, field after field, without padding of its own.
extension AttributeWriter {
    /// Appends an integer in host order.
    @inlinable
    public mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        let offset = advance(by: MemoryLayout<Value>.size)
        store(value, at: offset)
    }

    /// Appends an integer in network order.
    @inlinable
    public mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(network value: Value) {
        append(value.bigEndian)
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func append(bytes: some Collection<UInt8>) {
        let offset = advance(by: bytes.count)
        storage.replaceSubrange(offset..<used, with: bytes)
    }
}

/// One attribute each; `type` is the kernel's number, such as `IFLA_MTU`.
extension AttributeWriter {
    /// Writes an attribute's header and returns where its payload goes; nil if it is too long.
    @inlinable
    mutating func beginAttribute(_ type: UInt16, length: Int) -> Int? {
        align()
        guard length <= 65_531 else {
            failTooLong(type, length: length)
            return nil
        }
        let offset = advance(by: 4 + length)
        storeHeader(length: 4 + length, type: type, at: offset)
        align()
        return offset + 4
    }

    @usableFromInline
    mutating func failTooLong(_ type: UInt16, length: Int) {
        fail(
            NetlinkError(
                .tooLarge,
                operation: "encode attribute \(type)",
                text: "\(length) bytes do not fit an attribute, which holds 65531; split the list over several messages"
            )
        )
    }

    /// Appends an integer in host order, as rtnetlink has them.
    @inlinable
    public mutating func attribute<Value: FixedWidthInteger & BitwiseCopyable>(_ type: UInt16, _ value: Value) {
        guard let offset = beginAttribute(type, length: MemoryLayout<Value>.size) else { return }
        store(value, at: offset)
    }

    /// Appends an integer in network order, as the netfilter families have them.
    @inlinable
    public mutating func attribute<Value: FixedWidthInteger & BitwiseCopyable>(_ type: UInt16, network value: Value) {
        attribute(type, value.bigEndian)
    }

    /// Appends bytes as they are.
    @inlinable
    public mutating func attribute(_ type: UInt16, bytes: some Collection<UInt8>) {
        guard let offset = beginAttribute(type, length: bytes.count) else { return }
        storage.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    /// Appends text with the closing zero byte that `NLA_NUL_STRING` wants.
    @inlinable
    public mutating func attribute(_ type: UInt16, string: String) {
        let text = string.utf8
        guard let offset = beginAttribute(type, length: text.count + 1) else { return }
        storage.replaceSubrange(offset..<offset + text.count, with: text)
    }

    /// Appends an attribute without payload, whose presence is its meaning (`NLA_FLAG`).
    @inlinable
    public mutating func flag(_ type: UInt16) { _ = beginAttribute(type, length: 0) }

    /// Appends an address: 4 or 16 bytes.
    public mutating func attribute(_ type: UInt16, address: IPAddress) {
        switch address {
        case .v4(let address):
            attribute(type, network: address.rawValue)
        case .v6(let address):
            guard let offset = beginAttribute(type, length: 16) else { return }
            store(address.high.bigEndian, at: offset)
            store(address.low.bigEndian, at: offset + 8)
        }
    }

    /// Appends a link-layer address: 6 bytes.
    public mutating func attribute(_ type: UInt16, mac: MACAddress) { attribute(type, bytes: mac.bytes) }
}
