public import NFTables

extension SetElement {
    /// An element that was read, as it would be written; what packets gave it (its expiration) is left out.
    ///
    /// Keys of a set of intervals are as the kernel stores them: ``NamedSet/storedKey(_:)`` turns them back.
    public init(_ element: InspectedElement) {
        let data: ElementData =
            switch element.value {
            case .data(let bytes): .value(ElementValue(bytes: bytes))
            case .verdict(let text): .verdict(Verdict(text))
            case nil: .none
            }
        let key = ElementValue(bytes: element.key)
        if let end = element.keyEnd {
            self.init(key, through: ElementValue(bytes: end), data: data, comment: element.comment)
        } else {
            self.init(key, data: data, comment: element.comment)
        }
    }
}

extension Verdict {
    /// Reads what libnftnl says of an element's verdict: "goto n2".
    fileprivate init(_ text: String) {
        let words = text.split(separator: " ")
        switch (words.first, words.last) {
        case ("goto", let chain?) where words.count == 2: self = .goto(String(chain))
        case ("jump", let chain?) where words.count == 2: self = .jump(String(chain))
        case ("accept", _): self = .accept
        case ("drop", _): self = .drop
        case ("return", _): self = .return
        default: self = .continue
        }
    }
}
