import NFTables
import NetworkTypes

/// iptables' matches and targets, as far as the structs of NFTables' builders say; an unknown match never holds, and
/// an unknown target never acts.
extension RuleMachine {
    /// Whether a match holds for the packet.
    func holds(_ match: ExtensionCompat) -> Bool {
        let packet = walk.packet
        switch match.name {
        case "comment": return true
        case "tcp", "udp": return packet.transport.name == match.name && hasPorts(match.info)
        case "sctp": return packet.transport == .sctp && hasSCTPPort(match.info)
        case "addrtype":
            // XT_ADDRTYPE_LOCAL, of source and destination.
            let (source, destination) = (match.info.host16(at: 0), match.info.host16(at: 2))
            return (source == 0 || walk.host.isLocal(packet.source.address))
                && (destination == 0 || walk.host.isLocal(packet.destination.address))
        case "conntrack":
            let (inverted, states) = (match.info.host16(at: 148), match.info.host16(at: 150))
            let isOne = !stateBits.isDisjoint(with: ExtensionCompat.ConnectionStates(rawValue: states))
            return isOne != (inverted & 1 != 0)
        case "statistic":
            // The dice show one of as many sides as the chance has parts.
            let sides = (Double(1 << 31) / Double(max(1, match.info.host32(at: 4)))).rounded()
            return walk.host.random(UInt32(sides)) == 0
        case "recent":
            // Nobody is remembered: whoever is entered is let through, and nobody is found.
            return match.info[8] & 2 != 0
        default: return false
        }
    }

    /// The bits of `-m conntrack --ctstate` that the packet has.
    private var stateBits: ExtensionCompat.ConnectionStates {
        var bits: ExtensionCompat.ConnectionStates = []
        let state = walk.packet.state
        if state.contains(.new) { bits.insert(.new) }
        if state.contains(.established) { bits.insert(.established) }
        if state.contains(.related) { bits.insert(.related) }
        if state.contains(.invalid) { bits.insert(.invalid) }
        if walk.packet.status.contains(.sourceNAT) { bits.insert(.sourceTranslated) }
        if walk.packet.status.contains(.destinationNAT) { bits.insert(.destinationTranslated) }
        return bits
    }

    private func hasPorts(_ info: [UInt8]) -> Bool {
        let (source, destination) = (walk.packet.source.port.rawValue, walk.packet.destination.port.rawValue)
        return (info.host16(at: 0)...max(info.host16(at: 0), info.host16(at: 2))).contains(source)
            && (info.host16(at: 4)...max(info.host16(at: 4), info.host16(at: 6))).contains(destination)
    }

    /// XT_SCTP_DEST_PORTS, and the range at the struct's begin.
    private func hasSCTPPort(_ info: [UInt8]) -> Bool {
        guard info.host32(at: 284) & 2 != 0 else { return true }
        return (info.host16(at: 0)...max(info.host16(at: 0), info.host16(at: 2)))
            .contains(walk.packet.destination.port.rawValue)
    }

    /// Runs a target.
    mutating func run(_ target: ExtensionCompat) -> Step {
        let info = target.info
        switch target.name {
        case "MARK":
            walk.packet.mark = (walk.packet.mark & ~info.host32(at: 4)) ^ info.host32(at: 0)
            return .next
        case "MASQUERADE":
            walk.isMasqueraded = true
            walk.packet.status.insert(.sourceNAT)
            return .end(.verdict(.accept))
        case "DNAT":
            guard let address = IPAddress(bytes: info[4..<(4 + walk.packet.family.addressLength)]) else {
                return .break
            }
            walk.packet.destination = IPEndpoint(
                address: address,
                port: Port(rawValue: UInt16(info[36]) << 8 | UInt16(info[37]))
            )
            walk.packet.status.insert(.destinationNAT)
            return .end(.verdict(.accept))
        case "REJECT": return .end(.reject)
        default: return .break
        }
    }
}

extension [UInt8] {
    /// The number at an offset, in the order of the hosts that Weft runs on.
    fileprivate func host16(at offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }

    fileprivate func host32(at offset: Int) -> UInt32 {
        UInt32(host16(at: offset)) | UInt32(host16(at: offset + 2)) << 16
    }
}
