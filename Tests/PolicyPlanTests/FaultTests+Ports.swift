import JSONTree
import PolicyTesting

@testable import PolicyPlan

extension FaultTests {
    static let portFaults: [PolicyFault] = [
        PolicyFault(
            "the protocol is passed over",
            port: { port in
                if port["protocol"]?.stringValue == "UDP" { port["protocol"] = "TCP" }
            }
        ),
        PolicyFault(
            "SCTP is taken for TCP",
            port: { port in
                if port["protocol"]?.stringValue == "SCTP" { port["protocol"] = "TCP" }
            }
        ),
        PolicyFault("a missing protocol is UDP", port: { if $0["protocol"] == nil { $0["protocol"] = "UDP" } }),
        PolicyFault("the end of a range is passed over", port: { $0["endPort"] = nil }),
        PolicyFault(
            "a range ends one earlier",
            port: { port in
                guard let end = port["endPort"]?.intValue, let start = port["port"]?.intValue, start < end else {
                    return
                }
                port["endPort"] = JSONValue(end - 1)
            }
        ),
        PolicyFault(
            "a range ends one later",
            port: { if let end = $0["endPort"]?.intValue, end >= 80 { $0["endPort"] = JSONValue(end + 1) } }
        ),
        PolicyFault(
            "the number is passed over",
            port: { if $0["port"]?.intValue != nil { ($0["port"], $0["endPort"]) = (nil, nil) } }
        ),
        PolicyFault("names of ports are passed over", port: { if $0["port"]?.stringValue != nil { $0["port"] = nil } }),
        PolicyFault("a name is one number for all", port: { if $0["port"]?.stringValue == "web" { $0["port"] = 80 } }),
        PolicyFault(
            "empty ports are no ports",
            rule: { rule, _ in
                if rule["ports"]?.arrayValue?.isEmpty ?? true { rule["ports"] = [PolicySpec.port("TCP", 9)] }
            }
        ),
        PolicyFault(
            "only the first port counts",
            rule: { rule, _ in rule["ports"]?.mutateArray { $0 = Array($0.prefix(1)) } }
        ),
    ]
}
