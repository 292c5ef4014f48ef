/// Lets the container's traffic through a host that drops what nobody lets through, and keeps other bridges from it.
struct FirewallStep: AttachmentStep {
    let name = "firewall"

    func apply(_ work: inout AttachmentWork) throws(CNIError) {
        guard let member = work.spec.firewallMember(after: work.previous) else { return }
        try Firewall.ensure(member)
    }

    func undo(_ work: inout AttachmentWork) -> String? {
        do throws(CNIError) {
            try AttachmentRules.remove(work.id)
            return nil
        } catch {
            return "firewall rules are left: \(error)"
        }
    }
}
