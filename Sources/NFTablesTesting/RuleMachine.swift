import NFTables
import NetworkTypes

/// The virtual machine that runs one rule's instructions on one packet.
struct RuleMachine {
    /// How a rule ended.
    enum End {
        case nextRule
        case verdict(Verdict)
        case reject
    }

    /// What one instruction did.
    enum Step {
        case next
        case `break`
        case end(End)
    }

    let table: TableID
    let rule: CompiledRule
    var walk: PacketWalk
    private var registers = [UInt8](repeating: 0, count: Register.wordCount * 4)

    init(table: TableID, rule: CompiledRule, walk: PacketWalk) {
        self.table = table
        self.rule = rule
        self.walk = walk
    }

    /// Runs until an instruction ends the rule.
    mutating func run(_ ruleset: inout FakeRuleset) -> End {
        for expression in rule.expressions {
            switch step(expression, &ruleset) {
            case .next: continue
            case .break: return .nextRule
            case .end(let end): return end
            }
        }
        return .nextRule
    }

    private mutating func step(_ expression: Expression, _ ruleset: inout FakeRuleset) -> Step {
        switch expression {
        case .payloadLoad(let load): return loadPayload(load)
        case .metaLoad(let load): store(meta(load.key), at: load.destination)
        case .metaStore(let change): setMeta(change)
        case .connectionLoad(let load): store(connection(load), at: load.destination)
        case .connectionStore(let change): walk.packet.connectionMark = number(at: change.source)
        case .compare(let compare): return compare.holds(for: self) ? .next : .break
        case .range(let range): return range.holds(for: self) ? .next : .break
        case .bitwise(let bitwise): apply(bitwise)
        case .swapBytes(let swap): apply(swap)
        case .immediate(let immediate): store(immediate.value.bytes, at: immediate.destination)
        case .verdict(let immediate): return .end(.verdict(immediate.verdict))
        case .lookup(let lookup): return look(lookup, ruleset)
        case .dynamicSet(let update): return change(update, &ruleset)
        case .routeLookup(let lookup): store(answer(lookup), at: lookup.destination)
        case .numberGenerator(let generator):
            store(hostOrder(generator.offset + walk.host.random(generator.modulus)), at: generator.destination)
        case .jenkinsHash(let hash):
            store(hostOrder(hash.offset + walk.host.random(hash.modulus)), at: hash.destination)
        case .symmetricHash(let hash):
            store(hostOrder(hash.offset + walk.host.random(hash.modulus)), at: hash.destination)
        case .translation(let translation): return translate(translation)
        case .masquerade:
            walk.isMasqueraded = true
            walk.packet.status.insert(.sourceNAT)
            return .end(.verdict(.accept))
        case .redirect(let redirect): return self.redirect(redirect)
        case .reject: return .end(.reject)
        case .noTrack: walk.packet.state = .untracked
        case .counter, .log, .limit: break
        case .match(let match): return holds(match.body) ? .next : .break
        case .target(let target): return run(target.body)
        case .payloadStore: return .break
        }
        return .next
    }

    // Registers.

    func bytes(at register: Register, count: Int) -> [UInt8] {
        Array(registers[register.word * 4..<min(register.word * 4 + count, registers.count)])
    }

    func number(at register: Register) -> UInt32 {
        bytes(at: register, count: 4).enumerated().reduce(0) { $0 | UInt32($1.element) << (8 * UInt32($1.offset)) }
    }

    private mutating func store(_ bytes: [UInt8], at register: Register) {
        // As the kernel does, a value's last word is filled up with zeros.
        let padded = bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        for (index, byte) in padded.enumerated() where register.word * 4 + index < registers.count {
            registers[register.word * 4 + index] = byte
        }
    }

    private func hostOrder(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }

    // What a packet is.

    private mutating func loadPayload(_ load: PayloadLoad) -> Step {
        let header =
            switch load.location.base {
            case .network: walk.packet.networkHeader
            case .transport: walk.packet.transportHeader
            case .link: [UInt8]()
            }
        let (start, end) = (Int(load.location.offset), Int(load.location.offset + load.location.length))
        guard end <= header.count else { return .break }
        store(Array(header[start..<end]), at: load.destination)
        return .next
    }

    private func meta(_ key: MetaKey) -> [UInt8] {
        let packet = walk.packet
        switch key {
        case .length: return hostOrder(60)
        case .protocol: return packet.family == .ipv4 ? [0x08, 0x00] : [0x86, 0xdd]
        case .priority: return hostOrder(packet.priority)
        case .mark: return hostOrder(packet.mark)
        case .inputInterface: return hostOrder(packet.inputInterface == nil ? 0 : 1)
        case .outputInterface: return hostOrder(packet.outputInterface == nil ? 0 : 1)
        case .inputInterfaceName: return Field.interfaceName(packet.inputInterface ?? "").bytes
        case .outputInterfaceName: return Field.interfaceName(packet.outputInterface ?? "").bytes
        case .trace: return [0]
        case .nfProtocol: return [packet.family.rawValue]
        case .transportProtocol: return [packet.transport.rawValue]
        case .packetType: return [0]
        case .random: return hostOrder(walk.host.random(.max))
        }
    }

    private mutating func setMeta(_ change: MetaStore) {
        switch change.key {
        case .mark: walk.packet.mark = number(at: change.source)
        case .priority: walk.packet.priority = number(at: change.source)
        default: break
        }
    }

    private func connection(_ load: ConnectionLoad) -> [UInt8] {
        let packet = walk.packet
        switch load.key {
        case .state: return hostOrder(packet.state.rawValue)
        case .direction: return [0]
        case .status: return hostOrder(packet.status.rawValue)
        case .mark: return hostOrder(packet.connectionMark)
        case .expiration: return hostOrder(0)
        case .transportProtocol: return [packet.transport.rawValue]
        case .sourcePort: return packet.source.port.bytes
        case .destinationPort: return packet.destination.port.bytes
        case .sourceIPv4, .sourceIPv6: return packet.source.address.bytes
        case .destinationIPv4, .destinationIPv6: return packet.destination.address.bytes
        }
    }

    private func answer(_ lookup: RouteLookup) -> [UInt8] {
        let address = lookup.flags.contains(.source) ? walk.packet.source.address : walk.packet.destination.address
        switch lookup.result {
        // RTN_LOCAL is 2, RTN_UNICAST 1 (linux/rtnetlink.h).
        case .addressType: return hostOrder(walk.host.isLocal(address) ? 2 : 1)
        case .outputInterface: return hostOrder(1)
        case .outputInterfaceName: return Field.interfaceName(walk.host.route(address)).bytes
        }
    }

    // What rules do.

    private mutating func apply(_ bitwise: Bitwise) {
        let (mask, xor) = (bitwise.mask.bytes, bitwise.xor.bytes)
        let source = bytes(at: bitwise.source, count: mask.count)
        store(zip(source, zip(mask, xor)).map { ($0 & $1.0) ^ $1.1 }, at: bitwise.destination)
    }

    private mutating func apply(_ swap: SwapBytes) {
        let source = bytes(at: swap.source, count: swap.length)
        let numbers = stride(from: 0, to: source.count, by: swap.size).map {
            source[$0..<min($0 + swap.size, source.count)]
        }
        store(numbers.flatMap { $0.reversed() }, at: swap.destination)
    }

    private mutating func look(_ lookup: Lookup, _ ruleset: FakeRuleset) -> Step {
        guard let set = set(lookup.set, ruleset) else { return .break }
        let key = ElementValue(bytes: bytes(at: lookup.source, count: set.declaration.key.length))
        let element = set.element(for: key)
        switch lookup.result {
        case .membership(let isInverted): return (element != nil) != isInverted ? .next : .break
        case .data(let register):
            guard case .value(let value) = element?.data else { return .break }
            store(value.bytes, at: register)
            return .next
        case .verdict:
            guard case .verdict(let verdict) = element?.data else { return .break }
            return .end(.verdict(verdict))
        }
    }

    private func set(_ reference: SetReference, _ ruleset: FakeRuleset) -> FakeSet? {
        switch reference {
        case .named(let name): return ruleset.tables[table]?.sets[name]
        case .anonymous(let index, _):
            let own = rule.anonymousSets[index]
            let isInterval = own.elements.contains { $0.keyEnd != nil }
            var set = FakeSet(
                declaration: NamedSet(
                    table,
                    "",
                    key: own.key,
                    to: own.content,
                    flags: isInterval ? .interval : []
                )
            )
            for element in own.elements { set.elements[element.key] = element }
            return set
        }
    }

    private mutating func change(_ update: DynamicSetUpdate, _ ruleset: inout FakeRuleset) -> Step {
        guard var set = ruleset.tables[table]?.sets[update.set] else { return .break }
        let key = ElementValue(bytes: bytes(at: update.key, count: set.declaration.key.length))
        switch update.operation {
        case .delete: set.elements[key] = nil
        case .add, .update:
            // The data of an element that is there stay, and a full set ends the rule.
            if set.elements[key] == nil {
                guard set.elements.count < Int(set.declaration.size ?? 65535) else { return .break }
                set.elements[key] = SetElement(key, data: data(of: update, set.declaration))
            }
        }
        ruleset.tables[table]?.sets[update.set] = set
        return .next
    }

    private func data(of update: DynamicSetUpdate, _ set: NamedSet) -> ElementData {
        guard let register = update.data, case .value(let type) = set.content else { return .none }
        return .value(ElementValue(bytes: bytes(at: register, count: type.length)))
    }

    private mutating func translate(_ translation: NetworkTranslation) -> Step {
        let current = translation.kind == .destination ? walk.packet.destination : walk.packet.source
        var target = current
        if let register = translation.address {
            let bytes = bytes(at: register, count: translation.family.addressLength)
            guard let address = IPAddress(bytes: bytes) else { return .break }
            target.address = address
        }
        if let register = translation.port {
            let bytes = bytes(at: register, count: 2)
            target.port = Port(rawValue: UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
        }
        switch translation.kind {
        case .destination:
            walk.packet.destination = target
            walk.packet.status.insert(.destinationNAT)
        case .source:
            walk.packet.source = target
            walk.packet.status.insert(.sourceNAT)
        }
        return .end(.verdict(.accept))
    }

    private mutating func redirect(_ redirect: Redirect) -> Step {
        walk.packet.destination.address = .loopback(walk.packet.family)
        if let register = redirect.port {
            let bytes = bytes(at: register, count: 2)
            walk.packet.destination.port = Port(rawValue: UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
        }
        walk.packet.status.insert(.destinationNAT)
        return .end(.verdict(.accept))
    }
}

extension Compare {
    fileprivate func holds(for machine: RuleMachine) -> Bool {
        let left = machine.bytes(at: source, count: value.length)
        let right = value.bytes
        let isLess = left.lexicographicallyPrecedes(right)
        return switch comparison {
        case .equal: left == right
        case .notEqual: left != right
        case .less: isLess
        case .lessOrEqual: isLess || left == right
        case .greater: !isLess && left != right
        case .greaterOrEqual: !isLess
        }
    }
}

extension RangeCompare {
    fileprivate func holds(for machine: RuleMachine) -> Bool {
        let value = machine.bytes(at: source, count: from.length)
        let isInside = !value.lexicographicallyPrecedes(from.bytes) && !to.bytes.lexicographicallyPrecedes(value)
        return isInside != isInverted
    }
}
