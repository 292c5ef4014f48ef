import Glibc
import LinuxSystem
import NFTables
import NetworkTypes

/// What the networks' members need of the host's firewall, as it is in the kernel.
enum Firewall {
    /// Sees to it that a member's traffic is let through.
    ///
    /// - Throws: code 100, or 11 when others change the rules all the time.
    static func ensure(_ member: FirewallMember) throws(CNIError) {
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            let deadline = Deadline.after(AttachmentRules.timeout)
            repeat {
                // What is read must still be so when it is added to: no rule is ever there twice.
                let generation = try connection.generation().identifier
                let (transaction, isComplete) = try missing(member, &connection)
                do throws(NFTablesError) {
                    // Only the member is missing: whoever removes the network meanwhile has read an older generation.
                    return try connection.commit(transaction, ifGeneration: isComplete ? nil : generation)
                } catch {
                    guard error.code == .generationChanged || error.isNotFound || error.isAlreadyExists else {
                        throw error
                    }
                    usleep(UInt32.random(in: 100...5000))
                }
            } while !deadline.hasPassed
            throw NFTablesError(.generationChanged, operation: "add \(member.id) to the firewall")
        } catch {
            throw CNIError(error)
        }
    }

    /// What is to be added, and whether all but the member is there.
    private static func missing(
        _ member: FirewallMember,
        _ connection: inout NFTablesConnection
    ) throws(NFTablesError) -> (transaction: Transaction, isComplete: Bool) {
        var transaction = Transaction()
        for family in IPFamily.allCases {
            let rules = member.rules.filter { $0.subnet.family == family }
            if rules.isEmpty { continue }
            let chain = try ForwardChain(family, &connection)
            transaction.append(chain.addition(rules, administrator: member.configuration.adminChain))
        }
        var isComplete = transaction.isEmpty
        let isTableThere = try connection.has(FirewallMember.table(member.id.network))
        isComplete = isComplete && isTableThere
        transaction.append(isTableThere ? member.addition : member.creation)
        if let isolation = member.isolation {
            let isThere = try connection.has(BridgeIsolation.table)
            isComplete = isComplete && isThere
            // An element that is there is no change.
            transaction.append(isolation.addition(isTableThere: isThere))
        }
        return (transaction, isComplete)
    }

    /// What goes with a network's last member: the rules for its subnets, and its bridges' isolation.
    static func removal(
        network: String,
        _ connection: inout NFTablesConnection
    ) throws(NFTablesError) -> Transaction {
        var transaction = try BridgeIsolation.removal(network: network, &connection)
        for family in IPFamily.allCases {
            let chain = try ForwardChain(family, &connection)
            transaction.append(try chain.removal(network: network, &connection))
        }
        return transaction
    }

    /// What a member lacks, one sentence each.
    ///
    /// - Throws: code 100 when the kernel can't be asked.
    static func faults(_ member: FirewallMember) throws(CNIError) -> [String] {
        do throws(NFTablesError) {
            var connection = try NFTablesConnection()
            var faults: [String] = []
            for family in IPFamily.allCases {
                let rules = member.rules.filter { $0.subnet.family == family }
                if rules.isEmpty { continue }
                let chain = try ForwardChain(family, &connection)
                for rule in rules where !chain.has(rule) {
                    let way = rule.isOutgoing ? "from" : "answers to"
                    faults.append("nothing lets packets \(way) \(rule.subnet) through (firewall)")
                }
            }
            if let isolation = member.isolation {
                let bridges = try connection.elements(of: BridgeIsolation.bridges) ?? []
                if !bridges.contains(where: { $0.key == ElementValue(.interfaceName(isolation.bridge)) }) {
                    faults.append("\(isolation.bridge) is not kept apart from other bridges (ingressPolicy)")
                }
            }
            return faults
        } catch {
            throw CNIError(error)
        }
    }
}

extension FirewallMember {
    /// How its bridge is kept apart; nil when everybody may connect.
    var isolation: BridgeIsolation? {
        guard configuration.policy != .open, let bridge else { return nil }
        return BridgeIsolation(
            bridge: bridge,
            allowsSameBridge: configuration.policy == .sameBridge,
            network: id.network
        )
    }
}
