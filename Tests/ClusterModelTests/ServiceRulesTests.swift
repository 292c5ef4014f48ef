import ClusterModel
import JSONTree
import NetworkTypes
import Testing

struct ServiceRulesTests {
    static let bare: JSONValue = [
        "metadata": ["name": "web", "namespace": "shop"], "spec": ["ports": [["port": 80]]],
    ]

    @Test func newServiceGetsTheServersDefaults() throws {
        let created = try Samples.create(.service, Self.bare.with(#"{"spec":{"selector":{"a":"b"}},"status":{"x":1}}"#))
        #expect(
            created.description
                == #"{"kind":"Service","apiVersion":"v1","metadata":{"name":"web","namespace":"shop","uid":"9c1d2f2e-0000-4000-8000-000000000001","creationTimestamp":"2023-11-14T22:13:20Z"},"spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":80}],"selector":{"a":"b"},"type":"ClusterIP","sessionAffinity":"None","internalTrafficPolicy":"Cluster","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack"},"status":{"loadBalancer":{}}}"#
        )
    }

    static let defaults: [(String, [String], String)] = [
        (#"{"type":"NodePort"}"#, ["externalTrafficPolicy"], #""Cluster""#),
        (#"{"type":"ClusterIP"}"#, ["externalTrafficPolicy"], ""),
        (#"{"externalIPs":["192.0.2.9"]}"#, ["externalTrafficPolicy"], #""Cluster""#),
        (#"{"type":"LoadBalancer"}"#, ["allocateLoadBalancerNodePorts"], "true"),
        (#"{"type":"NodePort"}"#, ["allocateLoadBalancerNodePorts"], ""),
        (#"{"type":"ExternalName","externalName":"a.b"}"#, ["internalTrafficPolicy"], ""),
        (#"{"type":"ExternalName","externalName":"a.b"}"#, ["ipFamilies"], ""),
        (#"{"sessionAffinity":"ClientIP"}"#, ["sessionAffinityConfig"], #"{"clientIP":{"timeoutSeconds":10800}}"#),
        (#"{"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":5}}}"#, ["sessionAffinityConfig"], ""),
        (#"{"clusterIP":"10.96.0.9"}"#, ["clusterIPs"], #"["10.96.0.9"]"#),
        (#"{"clusterIP":"None"}"#, ["ipFamilies"], #"["IPv4","IPv6"]"#),
        (#"{"clusterIP":"None"}"#, ["ipFamilyPolicy"], #""RequireDualStack""#),
        (#"{"clusterIP":"None","selector":{"a":"b"}}"#, ["ipFamilies"], #"["IPv4"]"#),
        (#"{"ipFamilyPolicy":"PreferDualStack"}"#, ["ipFamilies"], #"["IPv4"]"#),
        (
            #"{"ports":[{"port":53,"protocol":"UDP","targetPort":"dns","nodePort":0}]}"#, ["ports"],
            #"[{"port":53,"protocol":"UDP","targetPort":"dns"}]"#
        ),
    ]

    @Test(arguments: defaults) func fieldIsDefaulted(spec: String, path: [String], expected: String) throws {
        let created = try Samples.create(.service, Self.bare.with("{\"spec\":\(spec)}"))
        #expect(created["spec"]?.value(at: path)?.description ?? "" == expected)
    }

    static let dualStack: [(String, [IPFamily], String)] = [
        (#"{"ipFamilyPolicy":"PreferDualStack"}"#, [.ipv4, .ipv6], #"["IPv4","IPv6"]"#),
        (#"{"ipFamilyPolicy":"RequireDualStack"}"#, [.ipv6, .ipv4], #"["IPv6","IPv4"]"#),
        (#"{"ipFamilyPolicy":"PreferDualStack","ipFamilies":["IPv6"]}"#, [.ipv4, .ipv6], #"["IPv6","IPv4"]"#),
        (#"{}"#, [.ipv6, .ipv4], #"["IPv6"]"#), (#"{"clusterIP":"fd00::1"}"#, [.ipv4, .ipv6], #"["IPv6"]"#),
        (
            #"{"clusterIP":"fd00::1","clusterIPs":["fd00::1","10.96.0.1"],"ipFamilyPolicy":"RequireDualStack"}"#,
            [.ipv4, .ipv6], #"["IPv6","IPv4"]"#
        ),
    ]

    @Test(arguments: dualStack) func familiesFollowPolicyAndAddresses(
        spec: String,
        cluster: [IPFamily],
        families: String
    ) throws {
        let created = try Samples.create(.service, Self.bare.with("{\"spec\":\(spec)}"), families: cluster)
        #expect(created[path: "spec", "ipFamilies"]?.description == families)
    }

    static let broken: [(String, [String])] = [
        (#"{"ports":[]}"#, ["spec.ports: Required value"]),
        (
            #"{"type":"Magic"}"#,
            [
                #"spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort""#
            ]
        ),
        (
            #"{"ports":[{"port":0}]}"#,
            ["spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"]
        ),
        (
            #"{"ports":[{"port":70000,"targetPort":0}]}"#,
            ["spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive"]
        ),
        (
            #"{"ports":[{"port":80,"targetPort":-1}]}"#,
            ["spec.ports[0].targetPort: Invalid value: -1: must be between 1 and 65535, inclusive"]
        ),
        (
            #"{"ports":[{"port":80,"targetPort":"8080"}]}"#,
            [#"spec.ports[0].targetPort: Invalid value: "8080": must contain at least one letter (a-z)"#]
        ),
        (
            #"{"ports":[{"port":80,"protocol":"ICMP"}]}"#,
            [#"spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP""#]
        ),
        (
            #"{"ports":[{"port":80},{"port":81}]}"#,
            ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"]
        ),
        (
            #"{"ports":[{"name":"a","port":80},{"name":"a","port":81}]}"#,
            [#"spec.ports[1].name: Duplicate value: "a""#]
        ),
        (
            #"{"ports":[{"name":"a","port":80},{"name":"b","port":80}]}"#,
            [#"spec.ports[1]: Duplicate value: {"protocol":"TCP","port":80}"#]
        ),
        (#"{"ports":[{"name":"a","port":80},{"name":"b","port":80,"protocol":"UDP"}]}"#, []),
        (
            #"{"ports":[{"port":80,"nodePort":30080}]}"#,
            ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"]
        ),
        (
            #"{"type":"NodePort","ports":[{"name":"a","port":80,"nodePort":30080},{"name":"b","port":81,"nodePort":30080}]}"#,
            ["spec.ports[1].nodePort: Duplicate value: 30080"]
        ),
        (
            #"{"type":"NodePort","ports":[{"name":"a","port":80,"nodePort":30080},{"name":"b","port":80,"protocol":"UDP","nodePort":30080}]}"#,
            []
        ),
        (
            #"{"type":"NodePort","clusterIP":"None"}"#,
            [#"spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services"#]
        ),
        (#"{"type":"ExternalName"}"#, ["spec.externalName: Required value"]),
        (
            #"{"type":"ExternalName","externalName":"db.example.com.","clusterIP":"10.0.0.1"}"#,
            [
                "spec.clusterIP: Forbidden: may not be set for ExternalName services",
                "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
            ]
        ),
        (
            #"{"sessionAffinity":"Cookie"}"#,
            [#"spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None""#]
        ),
        (
            #"{"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":86401}}}"#,
            [
                "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400"
            ]
        ),
        (
            #"{"externalIPs":["127.0.0.1"]}"#,
            [
                #"spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)"#
            ]
        ),
        (
            #"{"externalIPs":["web"]}"#,
            [
                #"spec.externalIPs[0]: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"#
            ]
        ),
        (
            #"{"loadBalancerSourceRanges":["10.0.0.0/8"]}"#,
            ["spec.loadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"]
        ),
        (
            #"{"type":"LoadBalancer","loadBalancerSourceRanges":["10.0.0.0"]}"#,
            [
                #"spec.loadBalancerSourceRanges[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"#
            ]
        ),
        (
            #"{"loadBalancerClass":"x/y"}"#,
            ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"]
        ),
        (
            #"{"externalTrafficPolicy":"Local"}"#,
            [#"spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services"#]
        ),
        (
            #"{"type":"NodePort","externalTrafficPolicy":"Near"}"#,
            [#"spec.externalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local""#]
        ),
        (
            #"{"internalTrafficPolicy":"Near"}"#,
            [#"spec.internalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local""#]
        ),
        (
            #"{"healthCheckNodePort":30001}"#,
            [
                "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
            ]
        ),
        (
            #"{"clusterIPs":["10.96.0.9"]}"#,
            [#"spec.clusterIPs: Invalid value: ["10.96.0.9"]: must be empty when `clusterIP` is not specified"#]
        ),
        (
            #"{"clusterIP":"10.96.0.8","clusterIPs":["10.96.0.9"]}"#,
            [#"spec.clusterIPs: Invalid value: ["10.96.0.9"]: first value must match `clusterIP`"#]
        ),
        (
            #"{"clusterIP":"10.96.0"}"#,
            [
                #"spec.clusterIPs[0]: Invalid value: "10.96.0": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"#
            ]
        ),
        (
            #"{"ipFamilyPolicy":"RequireDualStack"}"#,
            [
                #"spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services"#
            ]
        ),
        (
            #"{"ipFamilies":["IPv6"]}"#,
            [#"spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster"#]
        ),
        (
            #"{"clusterIP":"10.96.0.9","ipFamilies":["IPv6"]}"#,
            [
                #"spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `spec.ipFamilies[0]`"#
            ]
        ),
        (
            #"{"ipFamilies":["IPv5"]}"#,
            [#"spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6""#]
        ),
        (
            #"{"trafficDistribution":"Far"}"#,
            [
                #"spec.trafficDistribution: Unsupported value: "Far": supported values: "PreferClose", "PreferSameNode", "PreferSameZone""#
            ]
        ),
        (#"{"selector":{"a b":"c"}}"#, ["spec.selector: qualified"]),
    ]

    @Test(arguments: broken) func brokenServiceIsRefused(spec: String, expected: [String]) throws {
        let json = try Self.bare.with("{\"spec\":\(spec)}")
        let problems = Samples.problems { () throws(StatusObject) in try Samples.create(.service, json) }
        if expected == ["spec.selector: qualified"] {
            #expect(problems.count == 1 && problems[0].hasPrefix("spec.selector: Invalid value: \"a b\": name part"))
        } else {
            #expect(problems == expected)
        }
    }

    @Test func statusIngressGetsItsModeAndIsChecked() throws {
        let created = try Samples.create(.service, Self.bare)
        let rules = Samples.rules(.service)
        let wanted = try created.with(
            #"{"spec":{"type":"Magic"},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}"#
        )
        let updated = try rules.prepareForStatusUpdate(old: created, new: wanted)
        #expect(updated["spec"] == created["spec"])
        #expect(updated["status"]?.description == #"{"loadBalancer":{"ingress":[{"ip":"192.0.2.1","ipMode":"VIP"}]}}"#)
        let broken = try created.with(#"{"status":{"loadBalancer":{"ingress":[{"ip":"x","ipMode":"Y"}]}}}"#)
        let problems = Samples.problems { () throws(StatusObject) in
            try rules.prepareForStatusUpdate(old: created, new: broken)
        }
        #expect(problems.count == 2)
    }
}
