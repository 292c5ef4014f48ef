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

    /// Reads a JSON text that is an object, and hands out the elements of a large array in it one by one, so that they need
    /// not all be in memory.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - name: the key of the array; it is empty in the result.
    ///   - body: gets each element as soon as it is read, whatever follows it.
    /// - Throws: ``JSONError``; elements may have been handed out by then.
    public init(
        parsing text: some Collection<UInt8>,
        handingOut name: String,
        _ body: (JSONValue) -> Void
    ) throws(JSONError) {
        let direct = text.withContiguousStorageIfAvailable { buffer -> Result<JSONValue, JSONError> in
            Self.parsed(unsafe Span(_unsafeElements: buffer), name, body)
        }
        self = try (direct ?? Self.parsed([UInt8](text).span, name, body)).get()
    }

    private static func parsed(
        _ text: Span<UInt8>,
        _ name: String,
        _ body: (JSONValue) -> Void
    ) -> Result<JSONValue, JSONError> {
        var parser = JSONParser()
        do {
            return .success(try parser.document(text, handingOut: name, body))
        } catch {
            return .failure(JSONError(error, in: text))
        }
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
