public import NetworkTypes

extension IPTablesRule {
    /// The rule as `iptables-save` 1.8.9 prints it, behind "-A CHAIN".
    public func text(_ family: IPFamily) -> String {
        var words: [String] = []
        if let source, source.prefix.length > 0 { words.append(Self.text("-s", source)) }
        if let destination, destination.prefix.length > 0 { words.append(Self.text("-d", destination)) }
        if let input {
            words.append("\(input.isInverted ? "! " : "")-i \(input.name)\(input.isPrefix ? "+" : "")")
        }
        if let transport { words.append("-p \(transport)") }
        words += matches.map { text($0, family) }
        if let target = targetText(family) { words.append("-j \(target)") }
        return words.joined(separator: " ")
    }

    private static func text(_ option: String, _ match: AddressMatch) -> String {
        "\(match.isInverted ? "! " : "")\(option) \(match.prefix)"
    }

    private func text(_ match: Match, _ family: IPFamily) -> String {
        switch match {
        case .comment(let text): return "-m comment --comment \"\(text)\""
        case .destinationPort(let port): return "-m \(transport ?? .tcp) --dport \(port)"
        case .anyPort: return "-m \(transport ?? .tcp)"
        case .mark(let bits, let isInverted):
            return "-m mark \(isInverted ? "! " : "")--mark \(Self.hex(bits))/\(Self.hex(bits))"
        case .statistic(let parts): return "-m statistic --mode random --probability \(Self.decimals(parts))"
        case .sourceIsLocal: return "-m addrtype --src-type LOCAL"
        case .destinationIsLocal: return "-m addrtype --dst-type LOCAL"
        case .connectionState(let states, let isInverted):
            return "-m conntrack \(isInverted ? "! " : "")--ctstate \(Self.text(states))"
        case .recent(let list, let action):
            let mask = family == .ipv4 ? "255.255.255.255" : "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            let verb: String =
                switch action {
                case .set: "--set"
                case .check(let seconds): "--rcheck --seconds \(seconds) --reap"
                }
            return "-m recent \(verb) --name \(list) --mask \(mask) --rsource"
        }
    }

    private func targetText(_ family: IPFamily) -> String? {
        switch target {
        case .nothing: nil
        case .jump(let chain): chain
        case .accept: "ACCEPT"
        case .drop: "DROP"
        case .return: "RETURN"
        case .reject: "REJECT --reject-with \(family == .ipv4 ? "icmp" : "icmp6")-port-unreachable"
        case .orMark(let bits): "MARK --set-xmark \(Self.hex(bits))/\(Self.hex(bits))"
        case .xorMark(let bits): "MARK --set-xmark \(Self.hex(bits))/0x0"
        case .masquerade: "MASQUERADE --random-fully"
        case .destinationNAT(let endpoint): "DNAT --to-destination \(endpoint)"
        }
    }

    private static func hex(_ number: UInt32) -> String { "0x" + String(number, radix: 16) }

    /// Eleven decimals of a number of parts of 2^31, rounded.
    private static func decimals(_ parts: UInt32) -> String {
        let scale: UInt64 = 100_000_000_000
        // 2^31 parts times 10^11 exceeds 64 bits.
        let (high, low) = UInt64(parts).multipliedFullWidth(by: scale)
        let scaled = UInt64(high) << 33 | low >> 31
        let rest = low & 0x7fff_ffff
        let half: UInt64 = 0x4000_0000
        let rounded = rest > half || (rest == half && scaled % 2 == 1) ? scaled + 1 : scaled
        let digits = String(rounded % scale)
        return "\(rounded / scale)." + String(repeating: "0", count: 11 - digits.count) + digits
    }

    private static func text(_ states: ExtensionCompat.ConnectionStates) -> String {
        let names: [(ExtensionCompat.ConnectionStates, String)] = [
            (.invalid, "INVALID"), (.new, "NEW"), (.related, "RELATED"), (.established, "ESTABLISHED"),
            (.sourceTranslated, "SNAT"), (.destinationTranslated, "DNAT"),
        ]
        return names.filter { states.contains($0.0) }.map(\.1).joined(separator: ",")
    }
}
