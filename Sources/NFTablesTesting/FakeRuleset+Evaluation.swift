import NFTables
import NetworkTypes

extension FakeRuleset {
    /// Sends a packet through all hooks of its way: one that came in by an interface through prerouting and input or
    /// forward, the host's own through output; what leaves, through postrouting.
    ///
    /// Elements that rules add stay. Bridges and fragments don't exist here; nat chains see every packet of this
    /// evaluator, so give it first packets of connections.
    public mutating func evaluate(_ packet: TestPacket, on host: TestHost) -> Outcome {
        var walk = PacketWalk(packet: packet, host: host)
        if packet.inputInterface != nil {
            guard run(.prerouting, &walk) else { return walk.outcome }
            if host.isLocal(walk.packet.destination.address) {
                _ = run(.input, &walk)
                return walk.outcome
            }
            walk.packet.outputInterface = host.route(walk.packet.destination.address)
            guard run(.forward, &walk) else { return walk.outcome }
        } else {
            walk.packet.outputInterface = host.route(walk.packet.destination.address)
            guard run(.output, &walk) else { return walk.outcome }
            walk.packet.outputInterface = host.route(walk.packet.destination.address)
        }
        _ = run(.postrouting, &walk)
        return walk.outcome
    }

    /// Every base chain of a hook in order of priority; false when the packet's way has ended.
    private mutating func run(_ hook: Hook, _ walk: inout PacketWalk) -> Bool {
        for (table, chain, base) in baseChains(of: hook, seeing: walk.packet) {
            // A connection is translated once in each direction; later nat chains of the hook don't see it.
            if base.kind == .nat && walk.isTranslated(at: hook) { continue }
            walk.hook = hook
            let verdict = run(chain: chain, in: table, &walk)
            switch verdict {
            case .drop:
                walk.outcomeFate = .dropped
                return false
            case .reject:
                walk.outcomeFate = .rejected
                return false
            case .fallThrough where base.policy == .drop:
                walk.note("\(table) \(chain): policy drop")
                walk.outcomeFate = .dropped
                return false
            case .accept, .fallThrough, .goOn: continue
            }
        }
        return true
    }

    private func baseChains(
        of hook: Hook,
        seeing packet: TestPacket
    ) -> [(table: TableID, chain: String, base: BaseChain)] {
        var found: [(table: TableID, chain: String, base: BaseChain)] = []
        for (id, table) in tables where id.family == .inet || id.family.ipFamily == packet.family {
            guard !table.declaration.isDormant else { continue }
            for (name, chain) in table.chains {
                if let base = chain.declaration.base, base.hook == hook { found.append((id, name, base)) }
            }
        }
        return found.sorted {
            ($0.base.priority, "\($0.table) \($0.chain)") < ($1.base.priority, "\($1.table) \($1.chain)")
        }
    }

    /// Evaluates a chain and what it jumps to.
    private mutating func run(chain name: String, in table: TableID, _ walk: inout PacketWalk) -> ChainEnd {
        for rule in tables[table]?.chains[name]?.rules ?? [] {
            var machine = RuleMachine(table: table, rule: rule.compiled, walk: walk)
            let end = machine.run(&self)
            walk = machine.walk
            switch end {
            case .nextRule: continue
            case .reject:
                walk.note("\(table) \(name): reject")
                return .reject
            case .verdict(let verdict):
                walk.note("\(table) \(name): \(verdict)")
                switch verdict {
                case .accept: return .accept
                case .drop: return .drop
                case .return: return .fallThrough
                case .continue: continue
                case .goto(let target): return run(chain: target, in: table, &walk)
                case .jump(let target):
                    let end = run(chain: target, in: table, &walk)
                    if end != .fallThrough { return end }
                }
            }
        }
        return .fallThrough
    }
}

/// How a chain ended.
enum ChainEnd {
    case accept, drop, reject, fallThrough, goOn
}

/// A packet on its way, with what has happened to it.
struct PacketWalk {
    var packet: TestPacket
    let host: TestHost
    var hook = Hook.prerouting
    var isMasqueraded = false
    var outcomeFate = Outcome.Fate.accepted
    private var trace: [String] = []

    init(packet: TestPacket, host: TestHost) {
        self.packet = packet
        self.host = host
    }

    var outcome: Outcome {
        Outcome(fate: outcomeFate, packet: packet, isMasqueraded: isMasqueraded, trace: trace)
    }

    mutating func note(_ text: String) { trace.append(text) }

    func isTranslated(at hook: Hook) -> Bool {
        switch hook {
        case .prerouting, .output: packet.status.contains(.destinationNAT)
        case .input, .postrouting: packet.status.contains(.sourceNAT)
        case .forward: false
        }
    }
}
