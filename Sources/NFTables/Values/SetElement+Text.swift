extension SetElement {
    /// The key as nft writes it, an interval too.
    public func keyText(_ type: ValueType) -> String {
        guard let keyEnd else { return key.text(type) }
        return key.text(type, through: keyEnd)
    }

    /// The element as nft writes it, such as `10.96.0.1 . tcp . 80 comment "default/web:http" : 1:2`.
    public func text(key: ValueType, content: NamedSet.Content) -> String {
        var text = keyText(key)
        if let timeout { text += " timeout \(timeText(milliseconds: timeout))" }
        if let comment { text += " comment \"\(commentText(comment))\"" }
        switch (data, content) {
        case (.none, _): break
        case (.value(let value), .value(let type)): text += " : \(value.text(type))"
        case (.value(let value), _): text += " : \(value.registerText)"
        case (.verdict(let verdict), _): text += " : \(verdict)"
        }
        return text
    }

    /// Elements as nft writes them in a rule: "{ 0 : goto s0, 1 : goto s1 }".
    static func listText(_ elements: [SetElement], key: ValueType, content: NamedSet.Content) -> String {
        "{ " + elements.map { $0.text(key: key, content: content) }.joined(separator: ", ") + " }"
    }
}

/// A span of time as nft writes it: "1h30m", "10s", "500ms".
func timeText(milliseconds: UInt64) -> String {
    var rest = milliseconds
    var text = ""
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
        as [(String, UInt64)]
    {
        if rest >= size { text += "\(rest / size)\(unit)" }
        rest %= size
    }
    return text.isEmpty ? "0s" : text
}

/// The most bytes that nft reads back of a comment, `NFTNL_UDATA_COMMENT_MAXLEN`.
let commentCapacity = 128

/// A comment that nft can list and read again: without quotation marks and control characters, and not too long.
func commentText(_ comment: String) -> String {
    let isClean =
        comment.utf8.count <= commentCapacity && comment.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x7f }
    if isClean { return comment }
    var text = ""
    for character in comment.unicodeScalars {
        let clean: Unicode.Scalar =
            character == "\"" ? "'" : character.value < 0x20 || character.value == 0x7f ? " " : character
        if text.utf8.count + String(clean).utf8.count > commentCapacity { break }
        text.unicodeScalars.append(clean)
    }
    return text
}
