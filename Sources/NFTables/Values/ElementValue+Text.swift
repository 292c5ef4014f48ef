extension ElementValue {
    /// The fields that a value of a type consists of, with their types.
    func fields(_ type: ValueType) -> [(type: DataType, field: Field)] {
        var offset = 0
        return type.components.map { component in
            defer { offset += (component.length + 3) / 4 * 4 }
            return (component, field(at: offset, length: component.length))
        }
    }

    /// The value as nft writes it, such as `10.96.0.1 . tcp . 80`.
    public func text(_ type: ValueType) -> String {
        fields(type).map { $0.type.text($0.field) }.joined(separator: " . ")
    }

    /// An interval as nft writes it, each field for itself, such as `203.0.113.10 . tcp . 80 . 192.168.0.0/30`.
    public func text(_ type: ValueType, through last: ElementValue) -> String {
        zip(fields(type), last.fields(type))
            .map { $0.type.text(from: $0.field, to: $1.field) }.joined(separator: " . ")
    }

    /// As libnftnl prints registers: words in host order, "0x0200f40a 0x0000901f".
    var registerText: String {
        (0..<(length + 3) / 4).map { "0x" + hexadecimal(words[$0], digits: 8) }.joined(separator: " ")
    }
}

/// A number in hexadecimal with leading zeros.
func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
