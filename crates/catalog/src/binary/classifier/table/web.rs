//! Applications of the web and of teams, most of them known by a file of their own.

use super::{Classifier, product};

pub(super) const ROWS: &[Classifier] = &[
    product("wordpress")
        .texts(&["wp-includes/version.php"])
        .versions(&["$wp_version = '{version}'"])
        .cpes(&["wordpress:wordpress"]),
    product("drupal")
        .texts(&["core/lib/Drupal.php"])
        .versions(&["const VERSION = '{version}'"])
        .cpes(&["drupal:drupal"]),
    product("joomla")
        .texts(&["manifests/files/joomla.xml"])
        .versions(&["<version>{version}</version>"])
        .cpes(&["joomla:joomla\\!"]),
    product("nextcloud")
        .texts(&["nextcloud/version.php", "html/version.php"])
        .versions(&["$OC_VersionString = '{version}'"])
        .cpes(&["nextcloud:nextcloud_server"]),
    product("phpmyadmin")
        .texts(&["libraries/classes/Version.php", "src/Version.php"])
        .versions(&["VERSION = '{version}"])
        .beside(&["PhpMyAdmin"])
        .cpes(&["phpmyadmin:phpmyadmin"]),
    product("mediawiki")
        .texts(&["includes/Defines.php"])
        .versions(&["define( 'MW_VERSION', '{version}' )"])
        .cpes(&["mediawiki:mediawiki"]),
    product("moodle")
        .texts(&["moodle/version.php", "html/version.php"])
        .versions(&["$release  = '{numbers}"])
        .cpes(&["moodle:moodle"]),
    product("matomo")
        .texts(&["core/Version.php"])
        .versions(&["const VERSION = '{version}'"])
        .beside(&["Matomo", "Piwik"])
        .cpes(&["matomo:matomo"]),
    product("roundcube")
        .texts(&["program/include/iniset.php"])
        .versions(&["define('RCMAIL_VERSION', '{version}')"])
        .cpes(&["roundcube:webmail"]),
    product("magento")
        .texts(&["vendor/magento/product-community-edition/composer.json"])
        .versions(&["\"version\": \"{version}\""])
        .cpes(&["adobe:magento"]),
    product("typo3")
        .texts(&["Classes/Information/Typo3Version.php"])
        .versions(&["VERSION = '{version}'"])
        .cpes(&["typo3:typo3"]),
    product("redmine").texts(&["redmine/CHANGELOG.rdoc"]).versions(&["== v{version}"]).cpes(&["redmine:redmine"]),
    product("discourse")
        .texts(&["discourse/lib/version.rb"])
        .versions(&["STRING = \"{version}\"", "PRE   = \"{version}\""])
        .cpes(&["discourse:discourse"]),
    product("gitlab")
        .texts(&["gitlab-rails/VERSION"])
        .versions(&["{version}\n", "{version}-ee"])
        .cpes(&["gitlab:gitlab"]),
    product("ghost")
        .texts(&["ghost/core/package.json"])
        .versions(&["\"version\": \"{version}\""])
        .cpes(&["ghost:ghost"]),
    product("kibana")
        .texts(&["kibana/package.json"])
        .versions(&["\"version\": \"{version}\""])
        .cpes(&["elastic:kibana"]),
    product("jenkins")
        .named(&["WEB-INF/lib/jenkins-core-{version}.jar", "jenkins-war-{version}.war"])
        .cpes(&["jenkins:jenkins"]),
    product("tomcat")
        .texts(&["tomcat/RELEASE-NOTES", "tomcat#/RELEASE-NOTES", "RELEASE-NOTES"])
        .versions(&["Apache Tomcat Version {version}"])
        .cpes(&["apache:tomcat"]),
    product("tomee")
        .named(&["lib/openejb-core-{version}.jar", "lib/tomee-catalina-{version}.jar"])
        .cpes(&["apache:tomee"]),
    product("jetty").named(&["lib/jetty-server-{version}.jar"]).cpes(&["eclipse:jetty"]),
    product("wildfly").named(&["org/jboss/as/server/main/wildfly-server-{version}.jar"]).cpes(&["redhat:wildfly"]),
    product("liberty")
        .texts(&["lib/versions/openliberty.properties"])
        .versions(&["com.ibm.websphere.productVersion={version}"])
        .cpes(&["ibm:websphere_application_server_liberty", "openliberty:open_liberty"]),
    product("glassfish")
        .texts(&["glassfish/config/branding/glassfish-version.properties"])
        .versions(&["based_on=\"GlassFish {version}", "major_version={number}"])
        .cpes(&["eclipse:glassfish"]),
    product("keycloak")
        .named(&[
            "lib/lib/main/org.keycloak.keycloak-core-{version}.jar",
            "lib/lib/main/org.keycloak.keycloak-services-{version}.jar",
        ])
        .cpes(&["redhat:keycloak", "keycloak:keycloak"]),
    product("sonarqube").named(&["lib/sonar-application-{version}.jar"]).cpes(&["sonarsource:sonarqube"]),
    product("nexus")
        .named(&["nexus-core-{version}.jar", "org/sonatype/nexus/nexus-bootstrap/{version}/bundle.info"])
        .cpes(&["sonatype:nexus_repository_manager"]),
    product("artifactory")
        .texts(&["artifactory.properties"])
        .versions(&["artifactory.version={version}"])
        .cpes(&["jfrog:artifactory"]),
    product("confluence")
        .named(&["WEB-INF/lib/com.atlassian.confluence_confluence-{version}.jar"])
        .cpes(&["atlassian:confluence_data_center", "atlassian:confluence_server"]),
    product("jira")
        .named(&["WEB-INF/classes/jira-core-{version}.jar", "WEB-INF/lib/jira-core-{version}.jar"])
        .cpes(&["atlassian:jira_data_center", "atlassian:jira_server"]),
    product("zabbix")
        .programs(&["zabbix_server", "zabbix_proxy", "zabbix_agentd"])
        .versions(&["Zabbix {version}", "\0{version}\0Zabbix"])
        .beside(&["Zabbix", "zabbix"])
        .cpes(&["zabbix:zabbix"]),
    product("chromium")
        .programs(&[
            "chrome",
            "chromium",
            "chromium-browser",
            "headless_shell",
            "headless-shell",
            "chrome-headless-shell",
        ])
        .versions(&["Chrome/{numbers}", "\0{numbers}\0"])
        .beside(&["HeadlessChrome", "Chromium"])
        .cpes(&["google:chrome"]),
    product("chromedriver")
        .programs(&["chromedriver"])
        .versions(&["ChromeDriver {numbers}", "\0{numbers} ("])
        .cpes(&["google:chromedriver"]),
    product("firefox")
        .texts(&["firefox/application.ini", "firefox-esr/application.ini"])
        .versions(&["\nVersion={version}\n"])
        .cpes(&["mozilla:firefox"])
        .tried("Debian's firefox-esr"),
    product("geckodriver")
        .programs(&["geckodriver"])
        .versions(&["geckodriver {version}", "geckodriver-{version}"])
        .cpes(&["mozilla:geckodriver"]),
    product("openoffice")
        .texts(&["program/versionrc"])
        .versions(&["MSFOVersion={version}", "AboutBoxVersion={version}"])
        .cpes(&["libreoffice:libreoffice"]),
    product("fluent-bit")
        .programs(&["fluent-bit"])
        .versions(&["Fluent Bit v{version}", "\0{version}\0Fluent Bit"])
        .beside(&["Fluent Bit", "fluent-bit"])
        .cpes(&["treasuredata:fluent_bit", "fluentbit:fluent_bit"]),
    product("vector")
        .programs(&["vector"])
        .versions(&["vector/{version}", "Vector/{version}"])
        .cpes(&["datadoghq:vector"]),
    product("minecraft-paper").named(&["paper-{version}.jar"]).cpes(&["papermc:paper"]),
];
