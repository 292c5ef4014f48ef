/// The golden listings of `IPTablesGoldenTests`: each reads back from the kernel so through iptables-save 1.8.9 (see the
/// kernel tests), and was compared with kube-proxy's layout by eye when it was written down.
enum IPTablesGolden {
    static let ipv4 = #"""
        *filter
        :KUBE-EXTERNAL-SERVICES - [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        :KUBE-SERVICES - [0:0]
        :WEFT-CLUSTER-IPS - [0:0]
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A KUBE-PROXY-FIREWALL -d 203.0.113.9/32 -p tcp -m comment --comment "default/local:http traffic not accepted by KUBE-FW-3ENVKKDUT2EZ6WIE" -m tcp --dport 80 -j DROP
        -A KUBE-SERVICES -d 10.96.0.11/32 -p tcp -m comment --comment "default/empty has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
        -A KUBE-SERVICES -d 10.96.0.0/28 -m comment --comment "ports that a cluster IP does not have" -m conntrack ! --ctstate DNAT -j WEFT-CLUSTER-IPS
        -A WEFT-CLUSTER-IPS -d 10.96.0.1/32 -j REJECT --reject-with icmp-port-unreachable
        -A WEFT-CLUSTER-IPS -d 10.96.0.10/32 -j REJECT --reject-with icmp-port-unreachable
        -A WEFT-CLUSTER-IPS -d 10.96.0.11/32 -j REJECT --reject-with icmp-port-unreachable
        -A WEFT-CLUSTER-IPS -d 10.96.0.12/32 -j REJECT --reject-with icmp-port-unreachable
        -A WEFT-CLUSTER-IPS -d 10.96.0.13/32 -j REJECT --reject-with icmp-port-unreachable
        COMMIT
        *nat
        :KUBE-EXT-3ENVKKDUT2EZ6WIE - [0:0]
        :KUBE-EXT-CDGGSHYLG3RE2FKL - [0:0]
        :KUBE-FW-3ENVKKDUT2EZ6WIE - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-SEP-3NKDFM4BX4ZEWY7B - [0:0]
        :KUBE-SEP-7YRAKCXUNBAUS6CD - [0:0]
        :KUBE-SEP-EBCAOPM2AISKI5WF - [0:0]
        :KUBE-SEP-GUDMPCXTK6BWKH2Q - [0:0]
        :KUBE-SEP-QA4PSDNF5R2OJOPA - [0:0]
        :KUBE-SEP-TCD3IFXQZW3ZEZQU - [0:0]
        :KUBE-SEP-V2DBINSWWFM7N3T5 - [0:0]
        :KUBE-SERVICES - [0:0]
        :KUBE-SVC-2MBSHUE5GJKPO227 - [0:0]
        :KUBE-SVC-3ENVKKDUT2EZ6WIE - [0:0]
        :KUBE-SVC-CDGGSHYLG3RE2FKL - [0:0]
        :KUBE-SVC-T2ECBIYT2WDZZK45 - [0:0]
        :KUBE-SVL-3ENVKKDUT2EZ6WIE - [0:0]
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-EXT-3ENVKKDUT2EZ6WIE -s 10.244.0.0/16 -m comment --comment "pod traffic for default/local:http external destinations" -j KUBE-SVC-3ENVKKDUT2EZ6WIE
        -A KUBE-EXT-3ENVKKDUT2EZ6WIE -m comment --comment "masquerade LOCAL traffic for default/local:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-3ENVKKDUT2EZ6WIE -m comment --comment "route LOCAL traffic for default/local:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-3ENVKKDUT2EZ6WIE
        -A KUBE-EXT-3ENVKKDUT2EZ6WIE -j KUBE-SVL-3ENVKKDUT2EZ6WIE
        -A KUBE-EXT-CDGGSHYLG3RE2FKL -m comment --comment "masquerade traffic for default/web:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-CDGGSHYLG3RE2FKL -j KUBE-SVC-CDGGSHYLG3RE2FKL
        -A KUBE-FW-3ENVKKDUT2EZ6WIE -s 192.0.2.0/30 -m comment --comment "default/local:http loadbalancer IP" -j KUBE-EXT-3ENVKKDUT2EZ6WIE
        -A KUBE-FW-3ENVKKDUT2EZ6WIE -m comment --comment "other traffic to default/local:http will be dropped by KUBE-PROXY-FIREWALL"
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-NODEPORTS -p tcp -m comment --comment "default/web:http" -m tcp --dport 30080 -j KUBE-EXT-CDGGSHYLG3RE2FKL
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        -A KUBE-SEP-3NKDFM4BX4ZEWY7B -s 10.244.0.4/32 -m comment --comment "default/dns:dns" -j KUBE-MARK-MASQ
        -A KUBE-SEP-3NKDFM4BX4ZEWY7B -p udp -m comment --comment "default/dns:dns" -m udp -j DNAT --to-destination 10.244.0.4:5353
        -A KUBE-SEP-7YRAKCXUNBAUS6CD -s 10.244.0.3/32 -m comment --comment "default/local:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-7YRAKCXUNBAUS6CD -p tcp -m comment --comment "default/local:http" -m tcp -j DNAT --to-destination 10.244.0.3:8080
        -A KUBE-SEP-EBCAOPM2AISKI5WF -s 10.244.0.2/32 -m comment --comment "default/local:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-EBCAOPM2AISKI5WF -p tcp -m comment --comment "default/local:http" -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-GUDMPCXTK6BWKH2Q -s 10.244.0.3/32 -m comment --comment "default/sticky:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-GUDMPCXTK6BWKH2Q -p tcp -m comment --comment "default/sticky:http" -m recent --set --name KUBE-SEP-GUDMPCXTK6BWKH2Q --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.0.3:8080
        -A KUBE-SEP-QA4PSDNF5R2OJOPA -s 10.244.0.2/32 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-QA4PSDNF5R2OJOPA -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SEP-TCD3IFXQZW3ZEZQU -s 10.244.0.3/32 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-TCD3IFXQZW3ZEZQU -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.0.3:8080
        -A KUBE-SEP-V2DBINSWWFM7N3T5 -s 10.244.0.2/32 -m comment --comment "default/sticky:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-V2DBINSWWFM7N3T5 -p tcp -m comment --comment "default/sticky:http" -m recent --set --name KUBE-SEP-V2DBINSWWFM7N3T5 --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.244.0.2:8080
        -A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment "default/dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-2MBSHUE5GJKPO227
        -A KUBE-SERVICES -d 10.96.0.12/32 -p tcp -m comment --comment "default/local:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-3ENVKKDUT2EZ6WIE
        -A KUBE-SERVICES -d 203.0.113.9/32 -p tcp -m comment --comment "default/local:http loadbalancer IP" -m tcp --dport 80 -j KUBE-FW-3ENVKKDUT2EZ6WIE
        -A KUBE-SERVICES -d 10.96.0.13/32 -p tcp -m comment --comment "default/sticky:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-T2ECBIYT2WDZZK45
        -A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-CDGGSHYLG3RE2FKL
        -A KUBE-SERVICES ! -d 127.0.0.0/8 -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
        -A KUBE-SVC-2MBSHUE5GJKPO227 ! -s 10.244.0.0/16 -d 10.96.0.10/32 -p udp -m comment --comment "default/dns:dns cluster IP" -m udp --dport 53 -j KUBE-MARK-MASQ
        -A KUBE-SVC-2MBSHUE5GJKPO227 -m comment --comment "default/dns:dns -> 10.244.0.4:5353" -j KUBE-SEP-3NKDFM4BX4ZEWY7B
        -A KUBE-SVC-3ENVKKDUT2EZ6WIE ! -s 10.244.0.0/16 -d 10.96.0.12/32 -p tcp -m comment --comment "default/local:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-3ENVKKDUT2EZ6WIE -m comment --comment "default/local:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-EBCAOPM2AISKI5WF
        -A KUBE-SVC-3ENVKKDUT2EZ6WIE -m comment --comment "default/local:http -> 10.244.0.3:8080" -j KUBE-SEP-7YRAKCXUNBAUS6CD
        -A KUBE-SVC-CDGGSHYLG3RE2FKL ! -s 10.244.0.0/16 -d 10.96.0.1/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-CDGGSHYLG3RE2FKL -m comment --comment "default/web:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-QA4PSDNF5R2OJOPA
        -A KUBE-SVC-CDGGSHYLG3RE2FKL -m comment --comment "default/web:http -> 10.244.0.3:8080" -j KUBE-SEP-TCD3IFXQZW3ZEZQU
        -A KUBE-SVC-T2ECBIYT2WDZZK45 ! -s 10.244.0.0/16 -d 10.96.0.13/32 -p tcp -m comment --comment "default/sticky:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-T2ECBIYT2WDZZK45 -m comment --comment "default/sticky:http -> 10.244.0.2:8080" -m recent --rcheck --seconds 10 --reap --name KUBE-SEP-V2DBINSWWFM7N3T5 --mask 255.255.255.255 --rsource -j KUBE-SEP-V2DBINSWWFM7N3T5
        -A KUBE-SVC-T2ECBIYT2WDZZK45 -m comment --comment "default/sticky:http -> 10.244.0.3:8080" -m recent --rcheck --seconds 10 --reap --name KUBE-SEP-GUDMPCXTK6BWKH2Q --mask 255.255.255.255 --rsource -j KUBE-SEP-GUDMPCXTK6BWKH2Q
        -A KUBE-SVC-T2ECBIYT2WDZZK45 -m comment --comment "default/sticky:http -> 10.244.0.2:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-V2DBINSWWFM7N3T5
        -A KUBE-SVC-T2ECBIYT2WDZZK45 -m comment --comment "default/sticky:http -> 10.244.0.3:8080" -j KUBE-SEP-GUDMPCXTK6BWKH2Q
        -A KUBE-SVL-3ENVKKDUT2EZ6WIE -m comment --comment "default/local:http -> 10.244.0.2:8080" -j KUBE-SEP-EBCAOPM2AISKI5WF
        COMMIT

        """#

    static let ipv6 = #"""
        *filter
        :KUBE-EXTERNAL-SERVICES - [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        :KUBE-SERVICES - [0:0]
        :WEFT-CLUSTER-IPS - [0:0]
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS
        -A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A KUBE-PROXY-FIREWALL -d 2001:db8::9/128 -p tcp -m comment --comment "default/local:http traffic not accepted by KUBE-FW-3ENVKKDUT2EZ6WIE" -m tcp --dport 80 -j DROP
        -A KUBE-SERVICES -d fd96::11/128 -p tcp -m comment --comment "default/empty has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp6-port-unreachable
        -A KUBE-SERVICES -d fd96::/123 -m comment --comment "ports that a cluster IP does not have" -m conntrack ! --ctstate DNAT -j WEFT-CLUSTER-IPS
        -A WEFT-CLUSTER-IPS -d fd96::1/128 -j REJECT --reject-with icmp6-port-unreachable
        -A WEFT-CLUSTER-IPS -d fd96::10/128 -j REJECT --reject-with icmp6-port-unreachable
        -A WEFT-CLUSTER-IPS -d fd96::11/128 -j REJECT --reject-with icmp6-port-unreachable
        -A WEFT-CLUSTER-IPS -d fd96::12/128 -j REJECT --reject-with icmp6-port-unreachable
        -A WEFT-CLUSTER-IPS -d fd96::13/128 -j REJECT --reject-with icmp6-port-unreachable
        COMMIT
        *nat
        :KUBE-EXT-3ENVKKDUT2EZ6WIE - [0:0]
        :KUBE-EXT-CDGGSHYLG3RE2FKL - [0:0]
        :KUBE-FW-3ENVKKDUT2EZ6WIE - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODEPORTS - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-SEP-2OCEVELZN2D6JVAB - [0:0]
        :KUBE-SEP-7YSR4YVMCFXP6D5U - [0:0]
        :KUBE-SEP-ASJBNHMDFPOW2MBR - [0:0]
        :KUBE-SEP-BA4O7XZVESEXKRKV - [0:0]
        :KUBE-SEP-NMRLY3MLYZTGX43W - [0:0]
        :KUBE-SEP-VNPURIMR2YRGYFHB - [0:0]
        :KUBE-SEP-WBPZTCJXIZQJPKRR - [0:0]
        :KUBE-SERVICES - [0:0]
        :KUBE-SVC-2MBSHUE5GJKPO227 - [0:0]
        :KUBE-SVC-3ENVKKDUT2EZ6WIE - [0:0]
        :KUBE-SVC-CDGGSHYLG3RE2FKL - [0:0]
        :KUBE-SVC-T2ECBIYT2WDZZK45 - [0:0]
        :KUBE-SVL-3ENVKKDUT2EZ6WIE - [0:0]
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-EXT-3ENVKKDUT2EZ6WIE -s fd44::/48 -m comment --comment "pod traffic for default/local:http external destinations" -j KUBE-SVC-3ENVKKDUT2EZ6WIE
        -A KUBE-EXT-3ENVKKDUT2EZ6WIE -m comment --comment "masquerade LOCAL traffic for default/local:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-3ENVKKDUT2EZ6WIE -m comment --comment "route LOCAL traffic for default/local:http external destinations" -m addrtype --src-type LOCAL -j KUBE-SVC-3ENVKKDUT2EZ6WIE
        -A KUBE-EXT-3ENVKKDUT2EZ6WIE -j KUBE-SVL-3ENVKKDUT2EZ6WIE
        -A KUBE-EXT-CDGGSHYLG3RE2FKL -m comment --comment "masquerade traffic for default/web:http external destinations" -j KUBE-MARK-MASQ
        -A KUBE-EXT-CDGGSHYLG3RE2FKL -j KUBE-SVC-CDGGSHYLG3RE2FKL
        -A KUBE-FW-3ENVKKDUT2EZ6WIE -s 2001:db8:1::/64 -m comment --comment "default/local:http loadbalancer IP" -j KUBE-EXT-3ENVKKDUT2EZ6WIE
        -A KUBE-FW-3ENVKKDUT2EZ6WIE -m comment --comment "other traffic to default/local:http will be dropped by KUBE-PROXY-FIREWALL"
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-NODEPORTS -p tcp -m comment --comment "default/web:http" -m tcp --dport 30080 -j KUBE-EXT-CDGGSHYLG3RE2FKL
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        -A KUBE-SEP-2OCEVELZN2D6JVAB -s fd44::2/128 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-2OCEVELZN2D6JVAB -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-7YSR4YVMCFXP6D5U -s fd44::3/128 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-7YSR4YVMCFXP6D5U -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination [fd44::3]:8080
        -A KUBE-SEP-ASJBNHMDFPOW2MBR -s fd44::2/128 -m comment --comment "default/local:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-ASJBNHMDFPOW2MBR -p tcp -m comment --comment "default/local:http" -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SEP-BA4O7XZVESEXKRKV -s fd44::3/128 -m comment --comment "default/local:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-BA4O7XZVESEXKRKV -p tcp -m comment --comment "default/local:http" -m tcp -j DNAT --to-destination [fd44::3]:8080
        -A KUBE-SEP-NMRLY3MLYZTGX43W -s fd44::4/128 -m comment --comment "default/dns:dns" -j KUBE-MARK-MASQ
        -A KUBE-SEP-NMRLY3MLYZTGX43W -p udp -m comment --comment "default/dns:dns" -m udp -j DNAT --to-destination [fd44::4]:5353
        -A KUBE-SEP-VNPURIMR2YRGYFHB -s fd44::3/128 -m comment --comment "default/sticky:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-VNPURIMR2YRGYFHB -p tcp -m comment --comment "default/sticky:http" -m recent --set --name KUBE-SEP-VNPURIMR2YRGYFHB --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -m tcp -j DNAT --to-destination [fd44::3]:8080
        -A KUBE-SEP-WBPZTCJXIZQJPKRR -s fd44::2/128 -m comment --comment "default/sticky:http" -j KUBE-MARK-MASQ
        -A KUBE-SEP-WBPZTCJXIZQJPKRR -p tcp -m comment --comment "default/sticky:http" -m recent --set --name KUBE-SEP-WBPZTCJXIZQJPKRR --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -m tcp -j DNAT --to-destination [fd44::2]:8080
        -A KUBE-SERVICES -d fd96::10/128 -p udp -m comment --comment "default/dns:dns cluster IP" -m udp --dport 53 -j KUBE-SVC-2MBSHUE5GJKPO227
        -A KUBE-SERVICES -d fd96::12/128 -p tcp -m comment --comment "default/local:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-3ENVKKDUT2EZ6WIE
        -A KUBE-SERVICES -d 2001:db8::9/128 -p tcp -m comment --comment "default/local:http loadbalancer IP" -m tcp --dport 80 -j KUBE-FW-3ENVKKDUT2EZ6WIE
        -A KUBE-SERVICES -d fd96::13/128 -p tcp -m comment --comment "default/sticky:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-T2ECBIYT2WDZZK45
        -A KUBE-SERVICES -d fd96::1/128 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-CDGGSHYLG3RE2FKL
        -A KUBE-SERVICES ! -d ::1/128 -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
        -A KUBE-SVC-2MBSHUE5GJKPO227 ! -s fd44::/48 -d fd96::10/128 -p udp -m comment --comment "default/dns:dns cluster IP" -m udp --dport 53 -j KUBE-MARK-MASQ
        -A KUBE-SVC-2MBSHUE5GJKPO227 -m comment --comment "default/dns:dns -> [fd44::4]:5353" -j KUBE-SEP-NMRLY3MLYZTGX43W
        -A KUBE-SVC-3ENVKKDUT2EZ6WIE ! -s fd44::/48 -d fd96::12/128 -p tcp -m comment --comment "default/local:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-3ENVKKDUT2EZ6WIE -m comment --comment "default/local:http -> [fd44::2]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-ASJBNHMDFPOW2MBR
        -A KUBE-SVC-3ENVKKDUT2EZ6WIE -m comment --comment "default/local:http -> [fd44::3]:8080" -j KUBE-SEP-BA4O7XZVESEXKRKV
        -A KUBE-SVC-CDGGSHYLG3RE2FKL ! -s fd44::/48 -d fd96::1/128 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-CDGGSHYLG3RE2FKL -m comment --comment "default/web:http -> [fd44::2]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-2OCEVELZN2D6JVAB
        -A KUBE-SVC-CDGGSHYLG3RE2FKL -m comment --comment "default/web:http -> [fd44::3]:8080" -j KUBE-SEP-7YSR4YVMCFXP6D5U
        -A KUBE-SVC-T2ECBIYT2WDZZK45 ! -s fd44::/48 -d fd96::13/128 -p tcp -m comment --comment "default/sticky:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-T2ECBIYT2WDZZK45 -m comment --comment "default/sticky:http -> [fd44::2]:8080" -m recent --rcheck --seconds 10 --reap --name KUBE-SEP-WBPZTCJXIZQJPKRR --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j KUBE-SEP-WBPZTCJXIZQJPKRR
        -A KUBE-SVC-T2ECBIYT2WDZZK45 -m comment --comment "default/sticky:http -> [fd44::3]:8080" -m recent --rcheck --seconds 10 --reap --name KUBE-SEP-VNPURIMR2YRGYFHB --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j KUBE-SEP-VNPURIMR2YRGYFHB
        -A KUBE-SVC-T2ECBIYT2WDZZK45 -m comment --comment "default/sticky:http -> [fd44::2]:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-WBPZTCJXIZQJPKRR
        -A KUBE-SVC-T2ECBIYT2WDZZK45 -m comment --comment "default/sticky:http -> [fd44::3]:8080" -j KUBE-SEP-VNPURIMR2YRGYFHB
        -A KUBE-SVL-3ENVKKDUT2EZ6WIE -m comment --comment "default/local:http -> [fd44::2]:8080" -j KUBE-SEP-ASJBNHMDFPOW2MBR
        COMMIT

        """#
}
