import ClusterModel
import Logging
import NetworkTypes
import PolicyPlan

extension PolicyReconciler {
    /// Takes the addresses that weft-cni holds for pods; returns those whose rules go in now.
    func learnHeld() -> [IPFamily: [HeldAddress]] {
        var released: [IPFamily: [HeldAddress]] = [:]
        var (count, unknown): (Int, [HeldAddress]) = (0, [])
        for backend in backends {
            do {
                let held = try backend.held()
                count += held.count
                let known = Set(held.filter(isKnown))
                let others = held.filter { !known.contains($0) }
                released[backend.family] = Array(known) + others.filter(strangers.areGone)
                unknown += others
            } catch {
                logger.warning("held addresses can't be read", metadata: ["error": "\(error)"])
            }
        }
        metrics.held(count)
        strangers.update(unknown)
        if let waiting = strangers.next() { ask(about: waiting) }
        return released
    }

    /// Asks whether the pods are still there whose addresses are held for long; those that are stay held.
    private func ask(about held: [HeldAddress]) {
        Task {
            for address in held {
                let isGone = await surroundings.isGone(address)
                strangers.answer(address, isGone: isGone)
                let pod = address.pod?.description ?? ""
                logger.notice(
                    isGone
                        ? "an address is held no more: its pod is gone"
                        : "an address is held for a pod that this node was not told of",
                    metadata: ["address": "\(address.address)", "pod": "\(pod)"]
                )
            }
            strangers.endAsking()
            signal.yield()
        }
    }

    private func isKnown(_ held: HeldAddress) -> Bool {
        if let pod = held.pod { return planner.learn(held.address, of: pod, uid: held.uid) }
        return planner.hasOwner(held.address)
    }
}
