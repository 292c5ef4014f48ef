extension JSONValue {
    /// Reads a JSON text (RFC 8259).
    ///
    /// Of duplicate keys the last wins. A number without fraction and exponent that fits an `Int64` is exact, any other
    /// becomes a double.
    /// - Throws: ``JSONError`` with the position, for anything but exactly one value with white space around it.
    public init(parsing text: Span<UInt8>) throws(JSONError) {
        var parser = JSONParser()
        do {
            self = try parser.document(text)
        } catch {
            throw JSONError(error, in: text)
        }
    }

    /// Reads a JSON text; see ``init(parsing:)-(Span<UInt8>)``.
    public init(parsing text: [UInt8]) throws(JSONError) {
        try self.init(parsing: text.span)
    }

    /// Reads a JSON text; see ``init(parsing:)-(Span<UInt8>)``.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: text.utf8Span.span)
    }

    /// Reads a JSON text from any bytes, without copying them when they are contiguous.
    public init(parsing text: some Collection<UInt8>) throws(JSONError) {
        let direct = text.withContiguousStorageIfAvailable { buffer -> Result<JSONValue, JSONError> in
            do throws(JSONError) {
                return .success(try JSONValue(parsing: unsafe Span(_unsafeElements: buffer)))
            } catch {
                return .failure(error)
            }
        }
        self = if let direct { try direct.get() } else { try JSONValue(parsing: [UInt8](text)) }
    }
}
